package org.concordat.secureagg.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Honest members are alike: a state and the same one with members exchanged lead to the same. That
 * this is so of the real machines is not assumed but found, graph by graph: each permutation maps
 * one member's states to the other's, moves to moves and facts to facts.
 */
final class Symmetry {
  /** By permutation, member: where the member goes. */
  private final List<int[]> permutations;

  /** By permutation, member, state of the member: state of the member it is exchanged for. */
  private final int[][][] images;

  private final int bits;

  /** How a permutation of the members changes moves and facts. */
  interface Relabel {
    int move(int[] permutation, int move);

    long facts(int[] permutation, long facts);
  }

  Symmetry(List<MemberGraph> graphs, int moves, int bits, Relabel relabel) {
    this.bits = bits;
    this.permutations = permutations(graphs.size());
    this.images = new int[permutations.size()][graphs.size()][];
    for (int p = 0; p < images.length; p++) {
      int[] permutation = permutations.get(p);
      for (int member = 0; member < graphs.size(); member++) {
        images[p][member] =
            image(graphs.get(member), graphs.get(permutation[member]), moves, permutation, relabel);
      }
    }
  }

  private static int[] image(
      MemberGraph from, MemberGraph to, int moves, int[] permutation, Relabel relabel) {
    int[] image = new int[from.size()];
    Arrays.fill(image, -1);
    image[0] = 0;
    List<Integer> queue = new ArrayList<>(List.of(0));
    for (int at = 0; at < queue.size(); at++) {
      int state = queue.get(at);
      if (relabel.facts(permutation, from.facts(state)) != to.facts(image[state])) {
        throw new AssertionError("members that are not alike: facts of state " + state);
      }
      for (int move = 0; move < moves; move++) {
        int next = from.next(state, move);
        int mapped = to.next(image[state], relabel.move(permutation, move));
        if (image[next] < 0) {
          image[next] = mapped;
          queue.add(next);
        } else if (image[next] != mapped) {
          throw new AssertionError("members that are not alike: state " + next);
        }
      }
    }
    return image;
  }

  /** The least of the states that differ only in who is who. */
  long canonical(int[] state) {
    long least = Long.MAX_VALUE;
    for (int p = 0; p < images.length; p++) {
      int[] permutation = permutations.get(p);
      long key = 0;
      for (int member = 0; member < state.length; member++) {
        long image = images[p][member][state[member]];
        key |= image << bits * (state.length - 1 - permutation[member]);
      }
      least = Math.min(least, key);
    }
    return least;
  }

  private static List<int[]> permutations(int n) {
    List<int[]> all = new ArrayList<>(List.of(new int[0]));
    for (int i = 0; i < n; i++) {
      List<int[]> longer = new ArrayList<>();
      for (int[] one : all) {
        for (int at = 0; at <= one.length; at++) {
          int[] more = new int[one.length + 1];
          System.arraycopy(one, 0, more, 0, at);
          more[at] = i;
          System.arraycopy(one, at, more, at + 1, one.length - at);
          longer.add(more);
        }
      }
      all = longer;
    }
    return all;
  }
}

package org.concordat.secureagg.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.schedule.Explorer.Node;

/** All states of one member under all moves, merged where nothing tells them apart; 0 is first. */
final class MemberGraph {
  private final int[][] next;
  private final long[] facts;

  private MemberGraph(int[][] next, long[] facts) {
    this.next = next;
    this.facts = facts;
  }

  /** What a move makes of a state. */
  interface Moves {
    Node apply(Node node, int move);
  }

  static MemberGraph of(Node start, int moves, Moves effect) {
    List<Node> nodes = new ArrayList<>(List.of(start));
    Map<Digest, Integer> ids = new HashMap<>(Map.of(start.digest(), 0));
    List<int[]> next = new ArrayList<>();
    for (int at = 0; at < nodes.size(); at++) {
      int[] row = new int[moves];
      for (int move = 0; move < moves; move++) {
        Node after = effect.apply(nodes.get(at), move);
        row[move] =
            ids.computeIfAbsent(
                after.digest(),
                digest -> {
                  nodes.add(after);
                  return nodes.size() - 1;
                });
      }
      next.add(row);
    }
    return merged(nodes.stream().mapToLong(Node::facts).toArray(), next);
  }

  /** Moore's algorithm: split classes until equal states have equal successors. */
  private static MemberGraph merged(long[] facts, List<int[]> next) {
    int[] classes = number(Arrays.stream(facts).boxed().toList());
    int before = 0;
    int count = Arrays.stream(classes).max().orElseThrow() + 1;
    while (count > before) {
      List<List<Integer>> signatures = new ArrayList<>();
      for (int state = 0; state < facts.length; state++) {
        List<Integer> signature = new ArrayList<>(List.of(classes[state]));
        for (int after : next.get(state)) {
          signature.add(classes[after]);
        }
        signatures.add(signature);
      }
      classes = number(signatures);
      before = count;
      count = Arrays.stream(classes).max().orElseThrow() + 1;
    }
    int[][] table = new int[count][];
    long[] said = new long[count];
    for (int state = 0; state < facts.length; state++) {
      int[] of = classes;
      table[classes[state]] = Arrays.stream(next.get(state)).map(after -> of[after]).toArray();
      said[classes[state]] = facts[state];
    }
    return new MemberGraph(table, said);
  }

  private static <T> int[] number(List<T> values) {
    Map<T, Integer> numbers = new HashMap<>();
    return values.stream()
        .mapToInt(value -> numbers.computeIfAbsent(value, v -> numbers.size()))
        .toArray();
  }

  int next(int state, int move) {
    return next[state][move];
  }

  long facts(int state) {
    return facts[state];
  }

  int size() {
    return next.length;
  }
}

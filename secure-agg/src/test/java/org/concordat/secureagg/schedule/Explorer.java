package org.concordat.secureagg.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.World;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.schedule.Adversary.Second;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Step;
import org.concordat.testkit.TestRandom;

/**
 * Every order in which an {@link Adversary} can send everything it can build to real members, each
 * restored from its disk before every message (so restarted anywhere).
 *
 * <p>A member's answer depends on its disk and the message alone. So first each member's whole
 * graph of states is computed, with every message at every state; states that say the same to every
 * sequence of messages are merged (Moore's partition refinement), which changes nothing that can be
 * observed; then the product of the members' graphs is searched breadth first, a message being
 * possible once enough members have said what it needs. States that differ only in which honest
 * member is which are one ({@link Symmetry}).
 */
final class Explorer {
  private static final FixedNotary COORDINATOR = new FixedNotary(World.COORDINATOR);

  /** A member with a history: what is on its disk, and what it has ever said. */
  record Node(TreeMap<String, byte[]> disk, long facts) {
    Digest digest() {
      ByteWriter content = new ByteWriter().i64(facts);
      disk.forEach(
          (key, value) -> {
            if (!key.equals("store/last")) { // its count tells apart what is the same to all others
              content.text(key).bytes(value);
            }
          });
      return Digest.sha256(content.toBytes());
    }
  }

  /** The defect under test. */
  record Defect(Predicate<String> forgets, boolean erasureCounts) {
    static final Defect NONE = new Defect(key -> false, false);
  }

  /** Bits of one member's state in the key of a state. */
  private static final int BITS = 15;

  private final World world;
  private final Defect defect;
  private final int limit;
  private final Adversary adversary;
  private final List<Map<String, Digest>> roots = new ArrayList<>();
  private final List<MemberGraph> graphs = new ArrayList<>();

  int states;
  int sumsReached;
  int secondsReached;

  /**
   * @param limit states after which the search is cut off
   */
  Explorer(int n, int colluders, Second second, Defect defect, int limit) throws Refusal {
    this.limit = limit;
    this.world = new World(n, colluders, 77 + n);
    this.defect = defect;
    world.runEpoch(1, Set.of());
    // tokens that no task here names are left out of the states
    for (Site site : world.sites.values()) {
      site.disk
          .keySet()
          .removeIf(key -> key.startsWith("secret/") && !key.matches("secret/1/0*[01]"));
    }
    for (int i = 0; i < Adversary.ATTEMPTS; i++) {
      roots.add(new TreeMap<>());
    }
    Adversary scout = new Adversary(world, colluders, second, roots);
    for (int member = 0; member < scout.honest(); member++) {
      for (int attempt = 0; attempt < Adversary.ATTEMPTS; attempt++) {
        roots.get(attempt).put(name(member), root(member, scout.tasks.get(attempt)));
      }
    }
    this.adversary = new Adversary(world, colluders, second, roots);
    adversary.prepare(defect.erasureCounts());
    for (int member = 0; member < adversary.honest(); member++) {
      int self = member;
      graphs.add(
          MemberGraph.of(
              new Node(world.site(member).disk, 0),
              moves(),
              (node, move) -> compute(node, self, move)));
    }
  }

  private String name(int member) {
    return world.cohort.members().get(member);
  }

  private Digest root(int member, Task task) throws Refusal {
    TreeMap<String, byte[]> disk = new TreeMap<>(world.site(member).disk);
    step(member, disk, m -> m.handle(sealed(task)));
    Step step = step(member, disk, m -> m.protect(task.digest(), new double[3], 1));
    for (Action action : step.actions()) {
      if (action instanceof Action.Upload upload) {
        return ((UploadCommitment)
                Inbox.open(COORDINATOR, upload.sealedCommitment().toArray()).message())
            .root();
      }
    }
    throw new AssertionError("no upload");
  }

  private static byte[] sealed(Message message) {
    return Inbox.seal(COORDINATOR, message).toArray();
  }

  private interface Input {
    Step give(Member member) throws Refusal;
  }

  private static Step step(int member, String name, TreeMap<String, byte[]> disk, Input input)
      throws Refusal {
    Step step =
        input.give(Member.restore(name, new FixedNotary(name), new TestRandom(member), disk));
    for (Action action : step.actions()) {
      if (action instanceof Action.Persist persist) {
        disk.put(persist.key(), persist.value().toArray());
      } else if (action instanceof Action.Erase erase) {
        disk.remove(erase.key());
      }
    }
    return step;
  }

  private Step step(int member, TreeMap<String, byte[]> disk, Input input) throws Refusal {
    return step(member, name(member), disk, input);
  }

  /**
   * Explores; the first violation ends it.
   *
   * @return what was violated and how it came about, or empty
   */
  String explore() {
    int honest = adversary.honest();
    Symmetry symmetry = new Symmetry(graphs, moves(), BITS, adversary);
    LongMap seen = new LongMap();
    seen.add(symmetry.canonical(new int[honest]), -1);
    for (int at = 0; at < seen.size() && seen.size() < limit; at++) {
      int[] state = state(seen.get(at));
      long[] facts = facts(state);
      for (int move = 0; move < moves(); move++) {
        if (!possible(move, facts)) {
          continue;
        }
        for (int member = 0; member < honest; member++) {
          int before = state[member];
          state[member] = graphs.get(member).next(before, move);
          if (state[member] != before && seen.add(symmetry.canonical(state), at)) {
            String violated = violated(facts(state));
            if (!violated.isEmpty()) {
              states = seen.size();
              return violated + "\n" + path(seen, symmetry);
            }
          }
          state[member] = before;
        }
      }
    }
    states = seen.size();
    return "";
  }

  private int moves() {
    return adversary.moves.size() + Adversary.ATTEMPTS;
  }

  private boolean possible(int move, long[] facts) {
    return move >= adversary.moves.size() || adversary.moves.get(move).possible().holds(facts);
  }

  /** From the start to the state found last, told of the same members throughout. */
  private String path(LongMap seen, Symmetry symmetry) {
    Deque<Long> chain = new ArrayDeque<>();
    for (int at = seen.size() - 1; seen.parent(at) >= 0; at = seen.parent(at)) {
      chain.push(seen.get(at));
    }
    StringBuilder path = new StringBuilder();
    int[] state = new int[adversary.honest()];
    for (long next : chain) {
      path.append(step(state, next, symmetry)).append('\n');
    }
    return path.toString();
  }

  /** Makes the step to the state that is, but for who is who, the next; says which it was. */
  private String step(int[] state, long next, Symmetry symmetry) {
    long[] facts = facts(state);
    for (int move = 0; move < moves(); move++) {
      for (int member = 0; member < state.length && possible(move, facts); member++) {
        int before = state[member];
        state[member] = graphs.get(member).next(before, move);
        if (state[member] != before && symmetry.canonical(state) == next) {
          boolean upload = move >= adversary.moves.size();
          return (upload ? "upload" : adversary.moves.get(move).name()) + " → " + name(member);
        }
        state[member] = before;
      }
    }
    throw new AssertionError("no step to the next state");
  }

  private int[] state(long key) {
    int[] state = new int[adversary.honest()];
    for (int member = 0; member < state.length; member++) {
      state[member] = (int) (key >> BITS * (state.length - 1 - member)) & (1 << BITS) - 1;
      if (graphs.get(member).size() > 1 << BITS) {
        throw new AssertionError("more member states than the key holds");
      }
    }
    return state;
  }

  private long[] facts(int[] state) {
    long[] facts = new long[state.length];
    for (int i = 0; i < facts.length; i++) {
      facts[i] = graphs.get(i).facts(state[i]);
    }
    return facts;
  }

  /** What must never be, over what members have said so far. */
  private String violated(long[] facts) {
    int sums = 0;
    for (int attempt = 0; attempt < Adversary.ATTEMPTS; attempt++) {
      Set<Integer> revealedSets = new HashSet<>();
      for (int set = 0; set < adversary.sets.size(); set++) {
        sums += adversary.open(facts, attempt, set) ? 1 : 0;
        for (long one : facts) {
          if (Adversary.has(one, adversary.revealed(attempt, set))) {
            revealedSets.add(set);
          }
        }
      }
      if (revealedSets.size() > 1) {
        return "both kinds of share: reveals for two survivor sets of one token";
      }
      if (!revealedSets.isEmpty()
          && adversary.open(facts, attempt, revealedSets.iterator().next())
          && adversary.enoughDenials(facts, attempt, false)) {
        return "a sum that can be opened, and its retry allowed";
      }
      for (long one : facts) {
        if (Adversary.has(one, Adversary.denied(attempt)) && adversary.revealedAny(one, attempt)) {
          return "a member revealed and denied";
        }
      }
    }
    sumsReached += sums;
    for (long one : facts) {
      secondsReached += Adversary.has(one, Adversary.uploaded(1)) ? 1 : 0;
    }
    return sums > 1 ? "two sums of one (job, round)" : "";
  }

  private Node compute(Node node, int member, int move) {
    TreeMap<String, byte[]> disk = new TreeMap<>(node.disk());
    try {
      Step step;
      if (move < adversary.moves.size()) {
        step = step(member, disk, m -> m.handle(adversary.moves.get(move).sealed()));
      } else {
        Task task = adversary.tasks.get(move - adversary.moves.size());
        step = step(member, disk, m -> m.protect(task.digest(), new double[3], 1));
      }
      disk.keySet().removeIf(defect.forgets());
      return new Node(disk, node.facts() | said(member, step));
    } catch (Refusal refused) {
      return node;
    }
  }

  private long said(int member, Step step) throws Refusal {
    long said = 0;
    for (Action action : step.actions()) {
      if (action instanceof Action.Upload upload) {
        byte[] sealed = upload.sealedCommitment().toArray();
        UploadCommitment commitment = (UploadCommitment) Inbox.open(COORDINATOR, sealed).message();
        int attempt = attempt(commitment.ref().taskDigest());
        if (!commitment.root().equals(roots.get(attempt).get(name(member)))) {
          throw new AssertionError("a second y for one token");
        }
        said |= 1L << Adversary.uploaded(attempt);
      } else if (action instanceof Action.Send send) {
        said |= fact(Inbox.open(COORDINATOR, send.sealed().toArray()).message());
      }
    }
    return said;
  }

  private long fact(Message message) {
    if (message instanceof SurvivorSignature signature) {
      int attempt = attempt(signature.ref().taskDigest());
      return 1L << adversary.signed(attempt, set(attempt, signature.survivorsDigest()));
    }
    if (message instanceof NonReveal nonReveal) {
      return 1L << Adversary.denied(attempt(nonReveal.ref().taskDigest()));
    }
    if (message instanceof Reveal reveal) {
      int attempt = attempt(reveal.ref().taskDigest());
      return 1L << adversary.revealed(attempt, set(attempt, reveal.survivorsDigest()));
    }
    return 0;
  }

  private int attempt(Digest task) {
    for (int attempt = 0; attempt < Adversary.ATTEMPTS; attempt++) {
      if (adversary.tasks.get(attempt).digest().equals(task)) {
        return attempt;
      }
    }
    throw new AssertionError("another task");
  }

  private int set(int attempt, Digest survivors) {
    for (int set = 0; set < adversary.sets.size(); set++) {
      if (adversary.digest(attempt, set).equals(survivors)) {
        return set;
      }
    }
    throw new AssertionError("another survivor set");
  }
}

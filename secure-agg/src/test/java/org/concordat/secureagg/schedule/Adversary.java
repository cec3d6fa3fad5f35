package org.concordat.secureagg.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.World;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * Everything that a coordinator with the last c members' keys can send about one (job, round): a
 * first attempt, and on another token nothing, its retry or a second first attempt; every survivor
 * set; certificates and quorums as soon as enough members have said so.
 */
final class Adversary implements Symmetry.Relabel {
  /** At most: the first attempt, and the retry or the twin. */
  static final int ATTEMPTS = 2;

  /** What there is beside the first attempt. */
  enum Second {
    NONE,
    /** Its retry, under a NonReveal quorum. */
    RETRY,
    /** A task that claims to be another first attempt. */
    TWIN
  }

  private final World world;
  private final int colluders;
  private final Second second;
  private final List<String> members;
  final List<List<Integer>> sets;
  final List<Task> tasks = new ArrayList<>();
  final List<Move> moves = new ArrayList<>();
  private final List<Map<String, Digest>> roots;

  /**
   * Something that can be sent.
   *
   * @param possible whether enough was said before, given how often each fact holds
   */
  record Move(String name, byte[] sealed, Condition possible) {}

  /** Over what all honest members have said. */
  interface Condition {
    boolean holds(long[] facts);
  }

  /**
   * @param roots root of each honest member's upload, by attempt
   */
  Adversary(World world, int colluders, Second second, List<Map<String, Digest>> roots) {
    this.world = world;
    this.colluders = colluders;
    this.second = second;
    this.members = world.cohort.members();
    this.roots = roots;
    this.sets = subsets(members.size(), world.cohort.minSurvivors());
    tasks.add(world.task(0, 0, 0, 3, World.INITIAL, List.of()));
    tasks.add(
        second == Second.RETRY
            ? world.task(0, 1, 1, 3, World.INITIAL, List.of(Bytes.of(quorum(0).encode())))
            : world.task(0, 0, 1, 3, World.INITIAL, List.of()));
  }

  int honest() {
    return members.size() - colluders;
  }

  int threshold() {
    return world.cohort.threshold();
  }

  // facts of one member, as bits

  static int uploaded(int attempt) {
    return attempt;
  }

  static int denied(int attempt) {
    return ATTEMPTS + attempt;
  }

  int signed(int attempt, int set) {
    return 2 * ATTEMPTS + attempt * sets.size() + set;
  }

  int revealed(int attempt, int set) {
    return 2 * ATTEMPTS + (ATTEMPTS + attempt) * sets.size() + set;
  }

  static boolean has(long facts, int bit) {
    return (facts >>> bit & 1) == 1;
  }

  /**
   * Moves come in blocks, one an attempt: task, request, quorum, then a set and its certificate.
   */
  @Override
  public int move(int[] permutation, int move) {
    int block = 3 + 2 * sets.size();
    int inBlock = move % block - 3;
    if (move >= moves.size() || inBlock < 0) {
      return move;
    }
    int set = set(permutation, inBlock / 2);
    return move - inBlock + 2 * set + inBlock % 2;
  }

  @Override
  public long facts(int[] permutation, long facts) {
    long relabelled = facts & (1L << 2 * ATTEMPTS) - 1;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      for (int set = 0; set < sets.size(); set++) {
        int to = set(permutation, set);
        relabelled |= (facts >>> signed(attempt, set) & 1) << signed(attempt, to);
        relabelled |= (facts >>> revealed(attempt, set) & 1) << revealed(attempt, to);
      }
    }
    return relabelled;
  }

  /** The set with members exchanged; colluders stay who they are. */
  private int set(int[] permutation, int set) {
    List<Integer> members =
        sets.get(set).stream()
            .map(i -> i < permutation.length ? permutation[i] : i)
            .sorted()
            .toList();
    return sets.indexOf(members);
  }

  private int count(long[] facts, LongPredicate said) {
    int count = colluders;
    for (long one : facts) {
      count += said.test(one) ? 1 : 0;
    }
    return count;
  }

  /** Whether enough shares are out to open the sum over a set. */
  boolean open(long[] facts, int attempt, int set) {
    return count(facts, one -> has(one, revealed(attempt, set))) >= threshold();
  }

  /**
   * Builds all moves.
   *
   * @param erasureCounts the defect: who has revealed and erased is counted as denying
   */
  void prepare(boolean erasureCounts) {
    for (int a = 0; a < (second == Second.NONE ? 1 : ATTEMPTS); a++) {
      int attempt = a;
      Task task = tasks.get(a);
      add(
          "task " + a,
          task,
          facts -> attempt == 0 || second == Second.TWIN || enoughDenials(facts, 0, erasureCounts));
      add("non-reveal request " + a, new NonRevealRequest(task.ref()), facts -> true);
      add(
          "non-reveal quorum " + a,
          quorum(a),
          facts -> enoughDenials(facts, attempt, erasureCounts));
      for (int s = 0; s < sets.size(); s++) {
        prepareSet(attempt, s);
      }
    }
  }

  private void prepareSet(int attempt, int set) {
    Survivors survivors = survivors(attempt, set);
    add(
        "survivors " + attempt + " " + sets.get(set),
        survivors,
        facts ->
            sets.get(set).stream()
                .filter(i -> i < honest())
                .allMatch(i -> has(facts[i], uploaded(attempt))));
    List<Bytes> signatures =
        sets.get(set).stream()
            .limit(threshold())
            .map(i -> by(i, new SurvivorSignature(survivors.ref(), survivors.digest())))
            .toList();
    long insiders = sets.get(set).stream().filter(i -> i >= honest()).count();
    add(
        "certificate " + attempt + " " + sets.get(set),
        new Certificate(
            survivors.ref(), Bytes.of(survivors.encode()), signatures, commitments(survivors)),
        facts -> {
          long signers = insiders;
          for (long one : facts) {
            signers += has(one, signed(attempt, set)) ? 1 : 0;
          }
          return signers >= threshold();
        });
  }

  /** Whether the attempt may be retried. */
  boolean enoughDenials(long[] facts, int attempt, boolean erasureCounts) {
    return count(
            facts, one -> has(one, denied(attempt)) || erasureCounts && revealedAny(one, attempt))
        >= threshold();
  }

  boolean revealedAny(long facts, int attempt) {
    return IntStream.range(0, sets.size()).anyMatch(s -> has(facts, revealed(attempt, s)));
  }

  private Survivors survivors(int attempt, int set) {
    List<Survivors.Upload> uploads =
        sets.get(set).stream()
            .map(
                i ->
                    new Survivors.Upload(
                        i,
                        roots
                            .get(attempt)
                            .getOrDefault(members.get(i), World.digest("colluder's y"))))
            .toList();
    return new Survivors(tasks.get(attempt).ref(), uploads);
  }

  private List<Bytes> commitments(Survivors survivors) {
    return survivors.uploads().stream()
        .map(one -> by(one.index(), new UploadCommitment(survivors.ref(), one.root(), 8)))
        .toList();
  }

  /** The digest of the survivor set, as members sign it. */
  Digest digest(int attempt, int set) {
    return survivors(attempt, set).digest();
  }

  private NonRevealQuorum quorum(int attempt) {
    Task task = tasks.get(attempt);
    List<Bytes> signed = new ArrayList<>();
    for (int i = members.size() - 1; i >= 0 && signed.size() < threshold(); i--) {
      signed.add(by(i, new NonReveal(task.ref())));
    }
    return new NonRevealQuorum(task.ref(), signed);
  }

  private Bytes by(int member, Message message) {
    return Inbox.seal(new FixedNotary(members.get(member)), message);
  }

  private void add(String name, Message message, Condition possible) {
    byte[] sealed = Inbox.seal(new FixedNotary(World.COORDINATOR), message).toArray();
    moves.add(new Move(name, sealed, possible));
  }

  private static List<List<Integer>> subsets(int n, int atLeast) {
    return IntStream.range(0, 1 << n)
        .filter(bits -> Integer.bitCount(bits) >= atLeast)
        .mapToObj(bits -> IntStream.range(0, n).filter(i -> (bits >> i & 1) == 1).boxed().toList())
        .toList();
  }
}

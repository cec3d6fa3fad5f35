package org.concordat.bench;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;

/**
 * n real members and a real coordinator's folds in one JVM, without network or disk. Members work
 * on as many threads as there are processors, each member on one at a time.
 */
final class SimWorld implements AutoCloseable {
  static final String ALLIANCE = "bench";
  static final String COORDINATOR = "zz-coordinator";
  static final String JOB = "bench";
  static final int QUANTISATION_BITS = 16;
  static final Digest ROSTER = digest("roster");
  static final Digest POLICY = digest("policy");
  static final Digest INITIAL = digest("initial");

  final Cohort cohort;
  final List<SimMember> members;
  final Notary notary = SimNotary.of(COORDINATOR);
  EpochServer epoch;

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(),
          work -> {
            Thread thread = new Thread(work, "member");
            thread.setDaemon(true);
            return thread;
          });
  private Consumer<byte[]> accepted = answer -> {};
  private int nextToken;
  private Digest base = INITIAL;

  SimWorld(int size) throws Refusal {
    epoch = newEpoch(size);
    cohort = epoch.cohort();
    members = cohort.members().stream().map(SimMember::new).toList();
    for (SimMember member : members) {
      member.apply(m -> m.pin(cohort));
      member.apply(m -> m.admitJob(terms("set-up", 1)));
    }
  }

  /** Epoch 1 of the cohort of this size, nothing accepted yet. */
  static EpochServer newEpoch(int size) {
    List<String> names =
        IntStream.range(0, size).mapToObj(i -> String.format("member-%03d", i)).toList();
    Cohort cohort = Cohort.of(ALLIANCE, ROSTER, POLICY, names, COORDINATOR, 0);
    return EpochServer.start(cohort, 1, null, SimNotary.of(COORDINATOR));
  }

  /** What a member does with the coordinator's messages, or for a task. */
  @FunctionalInterface
  interface Part<T> {
    T of(SimMember member) throws Exception;
  }

  /** Every member's part, in the members' order. */
  <T> List<T> each(List<SimMember> who, Part<T> part) throws Exception {
    List<Callable<T>> calls = who.stream().<Callable<T>>map(m -> () -> part.of(m)).toList();
    List<T> results = new ArrayList<>();
    for (Future<T> done : threads.invokeAll(calls)) {
      results.add(done.get());
    }
    return results;
  }

  /** Who is told of every message that the coordinator accepts from now on. */
  void observe(Consumer<byte[]> observer) {
    accepted = observer;
  }

  /** The whole key exchange, all present. */
  SimWorld runEpoch() throws Exception {
    while (epoch.phase() != EpochServer.Phase.CERTIFIED) {
      flight(members);
    }
    flight(members);
    return this;
  }

  private void flight(List<SimMember> who) throws Exception {
    EpochServer now = epoch;
    List<List<byte[]>> answers = each(who, member -> member.handle(now.outgoing(member.name)));
    for (List<byte[]> all : answers) {
      for (byte[] answer : all) {
        accepted.accept(answer);
        epoch = epoch.accept(answer);
      }
    }
  }

  /** The next round's task, on a token that was not used yet, from the state last adopted. */
  Task task(int vectorLength) {
    if (nextToken == 0) {
      consent(vectorLength);
    }
    int token = nextToken++;
    return new Task(
        JOB,
        token,
        0,
        1,
        token,
        Task.Kind.TRAIN,
        digest("model-" + token),
        base,
        POLICY,
        cohort.digest(),
        vectorLength,
        quantisation(),
        List.of());
  }

  private void consent(int vectorLength) {
    try {
      for (SimMember member : members) {
        member.apply(m -> m.admitJob(terms(JOB, vectorLength)));
      }
    } catch (Refusal impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private JobTerms terms(String job, int vectorLength) {
    return new JobTerms(
        job,
        INITIAL,
        Integer.MAX_VALUE,
        cohort.members(),
        0,
        vectorLength,
        QUANTISATION_BITS,
        0,
        10,
        1,
        100);
  }

  Quantisation quantisation() {
    return Quantisation.forCohort(QUANTISATION_BITS, cohort.size(), 10, 1, 100);
  }

  /** All members adopted the state after a round. */
  void adopted(Digest state) {
    base = state;
  }

  RoundServer start(Task task) {
    return RoundServer.start(epoch, task, notary);
  }

  /** Sends what is due to these members; their answers are accepted. */
  RoundServer flight(RoundServer round, List<SimMember> who) throws Exception {
    RoundServer next = round;
    for (List<byte[]> answers : each(who, m -> m.handle(round.outgoing(m.name)))) {
      for (byte[] answer : answers) {
        accepted.accept(answer);
        next = next.accept(answer);
      }
    }
    return next;
  }

  static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

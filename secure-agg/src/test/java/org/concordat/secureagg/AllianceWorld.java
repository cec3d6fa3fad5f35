package org.concordat.secureagg;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.secureagg.cohorts.CohortSums;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.WeightedMean;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/** An alliance in several drawn cohorts: an epoch and a round server for each, one model. */
public final class AllianceWorld {
  public static final int M = 200;

  public final DrawDrill drill;
  public final Drawn drawn;
  public final List<World> cohorts = new ArrayList<>();
  public final List<RoundServer> rounds = new ArrayList<>();
  public final List<int[]> sums = new ArrayList<>();
  public Digest state = World.INITIAL;
  public final Quantisation quantisation;

  public AllianceWorld(int n, int colluders, int cohortSize) throws Refusal {
    drill = new DrawDrill(n, colluders, cohortSize);
    drawn = drill.draw();
    int largest = 0;
    for (Cohort cohort : drawn.cohorts(drill.alliance)) {
      cohorts.add(new World(cohort, drill.sites));
      largest = Math.max(largest, cohort.size());
    }
    quantisation = Quantisation.forCohort(16, largest, 10, 1, 100);
  }

  /** Epoch numbers are the coordinator's, over all cohorts. */
  public void runEpochs(long first) throws Refusal {
    for (World cohort : cohorts) {
      cohort.runEpoch(first + cohorts.indexOf(cohort), Set.of());
    }
  }

  public void start(long round, int attempt, int token) {
    rounds.clear();
    sums.clear();
    for (World cohort : cohorts) {
      rounds.add(cohort.startRound(task(cohort, round, attempt, token, List.of())));
    }
  }

  public Task task(World cohort, long round, int attempt, int token, List<Bytes> quorums) {
    return cohort.task(round, attempt, token, M, state, quantisation, quorums);
  }

  /** Uploads, survivors, certificate, reveals, sum of one cohort. */
  public void sum(int cohort, Set<Integer> away) throws Refusal {
    World world = cohorts.get(cohort);
    RoundServer round = world.flight(rounds.get(cohort), away);
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
    rounds.set(cohort, round);
    sums.add(world.sum(round));
  }

  public List<CohortSum> list() {
    List<CohortSum> list = new ArrayList<>();
    for (int i = 0; i < cohorts.size(); i++) {
      Cohort cohort = cohorts.get(i).cohort;
      list.add(
          new CohortSum(cohort.digest(), cohort.size(), MerkleRoot.ofWords(sums.get(i).clone())));
    }
    return list;
  }

  public WeightedMean mean() {
    List<CohortSums.Sum> all = new ArrayList<>();
    for (int i = 0; i < cohorts.size(); i++) {
      all.add(new CohortSums.Sum(sums.get(i), cohorts.get(i).cohort.size()));
    }
    return CohortSums.mean(quantisation, all);
  }

  /** The state after a mean, as everybody computes it. */
  public static Digest stateOf(WeightedMean mean) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * mean.mean().length);
    for (double value : mean.mean()) {
      bytes.putDouble(value);
    }
    return Digest.sha256(bytes.array());
  }

  /** Publishes the same list to every cohort; those who are here sign. */
  public void agree(Digest next, Set<String> away) throws Refusal {
    for (int i = 0; i < cohorts.size(); i++) {
      RoundServer round =
          rounds.get(i).result(MerkleRoot.ofWords(sums.get(i).clone()), next, list());
      rounds.set(i, adopted(i, round, sums.get(i), next, away));
    }
  }

  /** One cohort's members check a result and sign. */
  public RoundServer adopted(
      int cohort, RoundServer published, int[] sum, Digest next, Set<String> away) throws Refusal {
    World world = cohorts.get(cohort);
    Set<Integer> indices =
        away.stream().map(world.cohort::indexOf).filter(i -> i >= 0).collect(Collectors.toSet());
    RoundServer round = world.flight(published, indices);
    for (Site site : world.sites.values()) {
      if (!away.contains(site.name)) {
        for (byte[] answer :
            site.apply(m -> m.adopt(published.task().digest(), sum.clone(), next))) {
          round = round.accept(answer);
        }
      }
    }
    return round;
  }

  /** Every cohort's signatures in one message. */
  public AllianceCheckpoint checkpoint(long round, Digest next) {
    List<AllianceCheckpoint.Part> parts = new ArrayList<>();
    for (int i = 0; i < cohorts.size(); i++) {
      Checkpoint own = Checkpoint.decode(rounds.get(i).checkpoint().orElseThrow().toArray());
      parts.add(new AllianceCheckpoint.Part(cohorts.get(i).cohort, own.signatures()));
    }
    return new AllianceCheckpoint(World.JOB, round, next, list(), parts);
  }

  public void certify(AllianceCheckpoint checkpoint) throws Refusal {
    byte[] sealed = drill.seal(checkpoint);
    for (Site site : drill.sites.values()) {
      site.handle(sealed);
    }
    state = checkpoint.stateDigest();
  }
}

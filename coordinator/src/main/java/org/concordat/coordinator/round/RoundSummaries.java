package org.concordat.coordinator.round;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.v1.RegionSummary;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.Waiting;
import org.concordat.store.Entries;

/** Rounds as operators see them: open ones as they are, closed ones as they were kept. */
public final class RoundSummaries {

  private final Entries entries;
  private final RoundEngine engine;

  /** The last kept of each job. */
  private final Map<String, RoundSummary> newest = new HashMap<>();

  public RoundSummaries(Entries entries, RoundEngine engine) {
    this.entries = entries;
    this.engine = engine;
    entries.all(Kinds.ROUNDS).values().stream()
        .map(RoundSummaries::parse)
        .forEach(summary -> newest.put(summary.getJob(), summary));
  }

  /** Keeps the summary of a closed round. Durable when it returns. */
  public void keep(Round round) {
    RoundSummary summary = of(round);
    entries.put(Kinds.ROUNDS, round.stream().name(), summary.toByteArray());
    newest.put(summary.getJob(), summary);
  }

  /** A job's newest round: one that is open, or the last that was kept. */
  public Optional<RoundSummary> newest(String job) {
    return engine.open().values().stream()
        .filter(round -> round.task().job().equals(job))
        .max(Comparator.comparing(Round::stream))
        .map(RoundSummaries::of)
        .or(() -> Optional.ofNullable(newest.get(job)));
  }

  /**
   * Kept and open rounds of a job, or of all where it is empty; of one number, or all where it is
   * 0.
   */
  public List<RoundSummary> list(String job, long number) {
    Map<String, RoundSummary> all = kept();
    engine.open().forEach((stream, round) -> all.put(stream.name(), of(round)));
    List<RoundSummary> found = new ArrayList<>();
    for (RoundSummary summary : all.values()) {
      if ((job.isEmpty() || summary.getJob().equals(job))
          && (number == 0 || summary.getRound() == number)) {
        found.add(summary);
      }
    }
    return found;
  }

  private Map<String, RoundSummary> kept() {
    Map<String, RoundSummary> all = new TreeMap<>();
    entries.all(Kinds.ROUNDS).forEach((stream, stored) -> all.put(stream, parse(stored)));
    return all;
  }

  /** A job's committed rounds, cohort by cohort. */
  public List<RoundSummary> committed(String job) {
    return kept().values().stream()
        .filter(round -> round.getJob().equals(job))
        .filter(round -> round.getPhase().equals(new Closed(true).label()))
        .toList();
  }

  /** A round as it is now. */
  public static RoundSummary of(Round round) {
    Task task = round.task();
    List<String> survivors = survivors(round);
    RoundSummary.Builder summary =
        RoundSummary.newBuilder()
            .setJob(task.job())
            .setRound(task.round() + 1)
            .setAttempt(task.attempt())
            .setPhase(round.phase().label())
            .setKind(task.kind().name())
            .setWaitingFor(waiting(round))
            .addAllUploaded(round.server().uploads().keySet())
            .addAllSurvivors(survivors)
            .setModelIn(task.modelDigest().hex())
            .setLoss(Double.NaN)
            .setAccuracy(Double.NaN)
            .setUploadBytes(task.wireBytes() * round.server().uploads().size())
            .setStartedMillis(round.startedAt().toEpochMilli())
            .setReason(round.reason())
            .setCohort(round.cohort())
            .setCohorts(round.cohorts())
            .setCohortSize(round.cohortSize())
            .setColluders(round.server().cohort().colluders())
            .setLeastSurvivors(round.minSurvivors())
            .addAllReasons(round.memberReasons());
    for (String region : round.regions().names()) {
      Regions.Partial partial = round.regions().partials().get(region);
      summary.addRegions(
          RegionSummary.newBuilder()
              .setRegion(region)
              .addAllMembers(round.regions().members(region, round.participants()))
              .setPartialSum(partial == null ? "" : partial.root().hex()));
    }
    if (!survivors.isEmpty()) {
      round.server().cohort().members().stream()
          .filter(member -> !survivors.contains(member))
          .forEach(summary::addDropped);
    }
    round
        .sum()
        .ifPresent(
            sum ->
                summary
                    .setModelOut(new Digest(sum.getNextModel().toByteArray()).hex())
                    .setLoss(sum.getLoss())
                    .setAccuracy(sum.getAccuracy())
                    .setTotalWeight(sum.getTotalWeight()));
    if (round.closed()) {
      summary.setEndedMillis(round.phaseSince().toEpochMilli());
    }
    return summary.build();
  }

  private static List<String> survivors(Round round) {
    boolean frozen =
        !(round.phase() instanceof Dispatching) && !(round.phase() instanceof Collecting);
    return frozen && !(round.phase() instanceof Closed closed && !closed.committed())
        ? round.server().survivors()
        : List.of();
  }

  private static String waiting(Round round) {
    if (round.phase() instanceof Applying && round.cohortSum().isPresent()) {
      return "APPLYING: waiting for other cohorts' sums";
    }
    List<String> regions = round.missingRegions();
    if (round.phase() instanceof Applying && !regions.isEmpty()) {
      return "APPLYING: waiting for the partial sums of " + String.join(", ", regions);
    }
    boolean forNobody =
        round.closed()
            || round.phase() instanceof Applying
            || round.phase() instanceof Recording
            || round.phase() instanceof Voided;
    if (forNobody) {
      return "";
    }
    Waiting waiting = round.server().waiting();
    return waiting.missing().isEmpty()
        ? ""
        : waiting.step()
            + ": waiting for "
            + String.join(", ", waiting.missing())
            + " ("
            + waiting.answered()
            + " answered, "
            + waiting.needed()
            + " needed)";
  }

  /** A kept summary. */
  public static RoundSummary parse(byte[] stored) {
    try {
      return RoundSummary.parseFrom(stored);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("a round's record is damaged", damaged);
    }
  }
}

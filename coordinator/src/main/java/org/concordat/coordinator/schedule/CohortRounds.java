package org.concordat.coordinator.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Result;
import org.concordat.store.Entries;

/**
 * What the cohorts of one round have in common: each has its own stream of events, and the round
 * has ended when all have. On the mailbox thread only.
 */
public final class CohortRounds {

  /**
   * A round that was begun in several cohorts.
   *
   * @param roster that they were drawn from
   */
  public record Begun(long index, int cohorts, Digest roster) {
    byte[] encode() {
      return new ByteWriter().i64(index).u16(cohorts).raw(roster.bytes()).toBytes();
    }

    static Begun decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      return new Begun(in.i64(), in.u16(), new Digest(in.raw(Digest.SIZE_BYTES)));
    }
  }

  private final RoundEngine engine;
  private final Entries entries;
  private final Checkpoints checkpoints;
  private final Map<String, Optional<Begun>> begun = new HashMap<>();

  /** Streams of rounds under way that are known to have been opened. */
  private final Set<StreamId> opened = new HashSet<>();

  public CohortRounds(RoundEngine engine, Entries entries, Checkpoints checkpoints) {
    this.engine = engine;
    this.entries = entries;
    this.checkpoints = checkpoints;
  }

  /** A round is about to be opened in several cohorts. Durable when it returns. */
  void begin(String job, Begun round) {
    List<Entries.Change> changes = new ArrayList<>();
    begun(job)
        .ifPresent(
            before ->
                entries
                    .all(Kinds.cohortCheckpoints(job, before.index()))
                    .keySet()
                    .forEach(
                        cohort ->
                            changes.add(
                                new Entries.Delete(
                                    Kinds.cohortCheckpoints(job, before.index()), cohort))));
    changes.add(new Entries.Put(Kinds.COHORT_ROUNDS, job, round.encode()));
    entries.apply(changes);
    begun.put(job, Optional.of(round));
    opened.removeIf(stream -> stream.job().equals(job));
  }

  private Optional<Begun> begun(String job) {
    return begun.computeIfAbsent(
        job, any -> entries.get(Kinds.COHORT_ROUNDS, job).map(Begun::decode));
  }

  /** How a round was begun; empty where it was not, or has one cohort. */
  public Optional<Begun> begun(String job, long index) {
    return begun(job).filter(round -> round.index() == index);
  }

  /** The streams of a round's cohorts that were opened, in order, closed ones too. */
  public List<Round> all(String job, Begun round) {
    List<Round> all = new ArrayList<>();
    for (int cohort = 1; cohort <= round.cohorts(); cohort++) {
      engine.peek(new StreamId(job, round.index(), cohort)).ifPresent(all::add);
    }
    return all;
  }

  /**
   * All cohorts of this one's round, once each has its sum; empty before.
   *
   * @param one of them
   */
  public List<Round> summed(Round one) {
    String job = one.task().job();
    Optional<Begun> round = begun(job, one.task().round());
    boolean early =
        ofRound(job, one.task().round()).stream().anyMatch(open -> open.cohortSum().isEmpty());
    if (early || round.isEmpty()) {
      return List.of();
    }
    List<Round> all = all(job, round.get());
    boolean complete =
        all.size() == one.cohorts() && all.stream().allMatch(each -> each.cohortSum().isPresent());
    return complete ? all : List.of();
  }

  /** The open streams of a round's cohorts. */
  private List<Round> ofRound(String job, long index) {
    return engine.open().values().stream()
        .filter(
            round ->
                round.cohort() > 0
                    && round.task().round() == index
                    && round.task().job().equals(job))
        .toList();
  }

  /** The other cohorts of a round that are still open. */
  public List<Round> others(Round one) {
    return one.cohort() == 0
        ? List.of()
        : ofRound(one.task().job(), one.task().round()).stream()
            .filter(other -> other.cohort() != one.cohort() && !other.closed())
            .toList();
  }

  /** Roots of the sums that open rounds have. */
  public Set<Digest> sumsInUse() {
    Set<Digest> roots = new HashSet<>();
    for (Round open : engine.open().values()) {
      if (!open.closed()) {
        open.cohortSum().ifPresent(roots::add);
        open.sum().ifPresent(sum -> roots.add(new Digest(sum.getSumRoot().toByteArray())));
      }
    }
    return roots;
  }

  /** Whether a cohort of this round lacks its stream, or another attempt. */
  boolean due(String job, Begun round) {
    for (int cohort = 1; cohort <= round.cohorts(); cohort++) {
      StreamId stream = new StreamId(job, round.index(), cohort);
      Round open = engine.open().get(stream);
      if (open == null ? !wasOpened(stream) : open.server().nonRevealQuorum().isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Whether this cohort's stream was ever opened; it may have ended. */
  boolean wasOpened(StreamId stream) {
    if (opened.contains(stream)) {
      return true;
    }
    boolean exists = engine.open().containsKey(stream) || engine.exists(stream);
    if (exists) {
      opened.add(stream);
    }
    return exists;
  }

  /**
   * Keeps what a cohort has certified, and gives what all certify together if this was the last
   * one. Durable when it returns.
   */
  public Optional<AllianceCheckpoint> committed(Round last) {
    String job = last.task().job();
    String kind = Kinds.cohortCheckpoints(job, last.task().round());
    entries.put(
        kind,
        last.stream().cohortName(),
        new ByteWriter()
            .bytes(last.server().cohort().encode())
            .bytes(last.server().checkpoint().orElseThrow().toArray())
            .toBytes());
    Map<String, byte[]> all = entries.all(kind);
    if (all.size() < last.cohorts()) {
      return Optional.empty();
    }
    Result result = last.server().publishedResult().orElseThrow();
    AllianceCheckpoint checkpoint =
        new AllianceCheckpoint(
            job,
            last.task().round(),
            result.nextStateDigest(),
            result.sums(),
            all.values().stream().map(CohortRounds::part).toList());
    checkpoints.keep(checkpoint);
    return Optional.of(checkpoint);
  }

  private static AllianceCheckpoint.Part part(byte[] stored) {
    ByteReader in = new ByteReader(stored);
    Cohort cohort = Cohort.decode(in.bytes(Integer.MAX_VALUE));
    Checkpoint own = Checkpoint.decode(in.bytes(Integer.MAX_VALUE));
    return new AllianceCheckpoint.Part(cohort, own.signatures());
  }
}

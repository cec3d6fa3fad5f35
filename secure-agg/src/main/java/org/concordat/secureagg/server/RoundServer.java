package org.concordat.secureagg.server;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;

/**
 * The coordinator's fold over one token: one attempt of one round. Immutable: each call returns the
 * next state. The calls that return a RoundServer are the events to log and replay; {@link
 * #freezeSurvivors}, {@link #chooseCertificate} and {@link #chooseNonReveal} must be durable before
 * anything that {@link #outgoing} gives afterwards is sent.
 */
public final class RoundServer {
  /** Where the attempt stands. */
  public enum Phase {
    COLLECTING,
    /** Survivors frozen, signatures coming in. */
    CERTIFYING,
    /** Certificate chosen, reveals coming in. */
    UNMASKING,
    /** {@link #unmaskingInput} is there; compute the sum, then {@link #result}. */
    APPLYING,
    /** Result sent, state signatures coming in. */
    AGREEING,
    /** T state signatures are in. */
    CHECKPOINTED,
    /** NonReveal chosen, NonReveals coming in. */
    VOIDING,
    /** T NonReveals are in: the round may be retried with {@link #nonRevealQuorum}. */
    VOIDED
  }

  private final RoundState state;

  private RoundServer(RoundState state) {
    this.state = state;
  }

  /**
   * @param epoch a certified epoch
   * @param task its epoch, cohort and policy are the epoch's; the token was never used
   * @throws MalformedMessageException if the epoch is not certified or the task is not bound to it
   */
  public static RoundServer start(EpochServer epoch, Task task, Notary notary) {
    MalformedMessageException.check(
        epoch.phase() == EpochServer.Phase.CERTIFIED, "epoch %d is not certified", epoch.number());
    Manifest manifest = epoch.manifest().orElseThrow();
    MalformedMessageException.check(
        task.epoch() == manifest.epoch()
            && task.cohortDigest().equals(manifest.cohort().digest())
            && task.policyDigest().equals(manifest.cohort().policyDigest())
            && task.earlierNonReveals().size() == task.attempt(),
        "the task is not bound to epoch %d, or lacks NonReveal quorums of earlier attempts",
        manifest.epoch());
    task.quantisation().requireNoWrap(manifest.cohort().size());
    return new RoundServer(new RoundState(manifest, epoch.token(task.token()), task, notary));
  }

  /**
   * Takes the commitment of an upload that is complete and whose Merkle root was verified against
   * it, and durable.
   */
  public RoundServer acceptUpload(byte[] sealedCommitment) throws Refusal {
    return after(new RoundIntake(state).acceptUpload(sealedCommitment));
  }

  /**
   * Takes a sealed Decline, SurvivorSignature, Reveal, PairReveal, NonReveal or StateSignature. The
   * same payload again changes nothing.
   *
   * @throws Refusal naming the culprit; a bad share is discarded with its message and its revealer
   *     named
   */
  public RoundServer accept(byte[] sealed) throws Refusal {
    return after(new RoundIntake(state).accept(sealed));
  }

  private RoundServer after(RoundState next) {
    return next == state ? this : new RoundServer(next);
  }

  /** Whom the phase waits for. */
  public Waiting waiting() {
    return new RoundOutbox(state).waiting();
  }

  /** Ends the uploads. Refused (TOO_FEW_SURVIVORS) below N_min. */
  public RoundServer freezeSurvivors() throws Refusal {
    return freezeSurvivors(Set.of());
  }

  /** The same without uploads of these members, which then count as dropped. */
  public RoundServer freezeSurvivors(Set<String> without) throws Refusal {
    requirePhase(Phase.COLLECTING);
    RoundState next = state.copy();
    next.roots.keySet().removeIf(index -> without.contains(state.name(index)));
    next.commitments.keySet().retainAll(next.roots.keySet());
    require(
        next.roots.size() >= state.cohort().minSurvivors(),
        Reason.TOO_FEW_SURVIVORS,
        state.cohort().coordinator(),
        "%d uploads, %d needed; missing: %s",
        next.roots.size(),
        state.cohort().minSurvivors(),
        waiting().missing());
    List<Survivors.Upload> uploads = new ArrayList<>();
    next.roots.forEach((index, root) -> uploads.add(new Survivors.Upload(index, root)));
    next.survivors = new Survivors(state.ref, uploads);
    next.phase = Phase.CERTIFYING;
    return new RoundServer(next);
  }

  /** Chooses to open the token, once T survivors have signed. Final. */
  public RoundServer chooseCertificate() throws Refusal {
    requirePhase(Phase.CERTIFYING);
    require(
        certifiable(),
        Reason.BAD_QUORUM,
        state.cohort().coordinator(),
        "%d survivor signatures, %d needed",
        state.survivorSignatures.size(),
        state.cohort().threshold());
    RoundState next = state.copy();
    next.certificate =
        new Certificate(
            state.ref,
            Bytes.of(state.survivorSet().encode()),
            state.survivorSignatures.values().stream().limit(state.cohort().threshold()).toList(),
            state.survivorSet().indices().stream()
                .map(index -> Objects.requireNonNull(state.commitments.get(index)))
                .toList());
    next.phase = Phase.UNMASKING;
    return new RoundServer(next);
  }

  /** Chooses never to open the token. Final. Refused once {@link #chooseCertificate} was called. */
  public RoundServer chooseNonReveal() throws Refusal {
    require(
        state.phase == Phase.COLLECTING || state.phase == Phase.CERTIFYING,
        Reason.WRONG_STEP,
        state.cohort().coordinator(),
        "%s is at %s: the choice is made",
        state.ref.describe(),
        state.phase);
    RoundState next = state.copy();
    next.phase = Phase.VOIDING;
    return new RoundServer(next);
  }

  /**
   * The unmasked sum and what follows from it.
   *
   * @param sumRoot {@code MerkleRoot.ofWords(sum)}
   * @param nextState digest of the state that the sum leads to
   */
  public RoundServer result(Digest sumRoot, Digest nextState) throws Refusal {
    return result(sumRoot, nextState, List.of());
  }

  /**
   * The same for one cohort of several.
   *
   * @param nextState digest of the state that all sums together lead to
   * @param sums every cohort's, this one's among them, in the order of the draw; empty where there
   *     is one cohort
   */
  public RoundServer result(Digest sumRoot, Digest nextState, List<CohortSum> sums) throws Refusal {
    requirePhase(Phase.APPLYING);
    requireNoBadDealer();
    Opening open = Objects.requireNonNull(state.opening);
    RoundState next = state.copy();
    next.result =
        new Result(
            Bytes.of(state.task.core()),
            state.survivorSet().digest(),
            sumRoot,
            List.copyOf(open.seeds().values()),
            open.usedShares(),
            nextState,
            sums);
    next.phase = Phase.AGREEING;
    return new RoundServer(next);
  }

  /**
   * The sealed messages that this member must be sent now, in order; also for re-sending after a
   * reconnect. A member that was absent from the epoch gets the checkpoint only; it must have been
   * sent the epoch's certificate before.
   */
  public List<byte[]> outgoing(String member) {
    int index = state.cohort().indexOf(member);
    List<Message> messages = new ArrayList<>();
    if (state.manifest.indices().contains(index)) {
      new RoundOutbox(state).due(index, messages);
    } else if (index >= 0 && state.phase == Phase.CHECKPOINTED && !state.inSeveralCohorts()) {
      messages.add(new RoundOutbox(state).checkpointMessage());
    }
    return messages.stream().map(message -> Inbox.seal(state.notary, message).toArray()).toList();
  }

  public Phase phase() {
    return state.phase;
  }

  public Task task() {
    return state.task;
  }

  /** The epoch's cohort. */
  public Cohort cohort() {
    return state.cohort();
  }

  /** Root of each verified upload, by member, sorted. */
  public Map<String, Digest> uploads() {
    SortedMap<String, Digest> uploads = new TreeMap<>();
    state.roots.forEach((index, root) -> uploads.put(state.name(index), root));
    return uploads;
  }

  /** Members that declined the task. */
  public Set<String> declined() {
    Set<String> names = new TreeSet<>();
    state.declines.keySet().forEach(index -> names.add(state.name(index)));
    return names;
  }

  /** Ids of U3, once frozen, sorted; fold exactly their uploads. */
  public List<String> survivors() {
    return state.survivors == null
        ? List.of()
        : state.survivors.indices().stream().map(state::name).toList();
  }

  /** Whether {@link #chooseCertificate} is possible now. */
  public boolean certifiable() {
    return state.phase == Phase.CERTIFYING
        && state.survivorSignatures.size() >= state.cohort().threshold();
  }

  /** The payload of the survivor certificate, for the log. */
  public Optional<Bytes> certificate() {
    return Optional.ofNullable(state.certificate).map(c -> Bytes.of(c.encode()));
  }

  /** The published result, from phase AGREEING on. */
  public Optional<Result> publishedResult() {
    return Optional.ofNullable(state.result);
  }

  /**
   * The evidence that the published result can be checked with, from phase AGREEING on. Not to be
   * given out before the result is.
   */
  public Optional<RoundRecord> record() {
    Opening open = state.opening;
    if (state.result == null || open == null) {
      return Optional.empty();
    }
    List<RoundRecord.Dropped> dropped = new ArrayList<>();
    open.allPairs(state.pairReveals)
        .forEach((index, pairs) -> dropped.add(state.deposits.droppedRecord(index, pairs)));
    return Optional.of(
        new RoundRecord(
            state.deposits.manifestCertificate(),
            Bytes.of(Objects.requireNonNull(state.certificate).encode()),
            Bytes.of(state.result.encode()),
            state.survivorSet().indices().stream().map(state.deposits::survivorRecord).toList(),
            dropped));
  }

  /** The survivor whose seed contradicts its hash, if that is why the attempt cannot be opened. */
  public Optional<String> badDealer() {
    return Optional.ofNullable(state.opening).flatMap(Opening::badDealer).map(state::name);
  }

  /**
   * What shows everybody that {@link #badDealer} and {@link #badRecovery} lied; see {@link
   * org.concordat.secureagg.blame.RoundBlame}. From phase APPLYING on, or UNMASKING where W is bad.
   */
  public List<RoundEvidence> evidence() {
    return new RoundProof(state).ofDealers();
  }

  /**
   * What shows everybody that the sender of a refused Reveal or PairReveal lied; empty if it was
   * refused for another reason.
   */
  public Optional<RoundEvidence> evidence(byte[] refused) throws Refusal {
    return new RoundProof(state).ofRevealer(refused);
  }

  /**
   * What shows everybody that the sender of a refused message lied: {@link #evidence(byte[])}, or
   * that message and an earlier one of its that exclude each other. Empty if neither; then the
   * refusal stands for itself. {@link org.concordat.secureagg.blame.Judge} judges it.
   */
  public Optional<EpochMessage> proof(byte[] refused) {
    return new RoundProof(state).against(refused);
  }

  /** Whether {@link #evidence()} shows a lie. */
  public boolean shows() {
    Opening open = state.opening;
    return open != null && (open.badDealer().isPresent() || !open.badRecovery().isEmpty());
  }

  /** Dropped members whose recovery record was bad: only named, see {@link #evidence()}. */
  public List<String> badRecovery() {
    return state.opening == null
        ? List.of()
        : state.opening.badRecovery().stream().map(state::name).toList();
  }

  /**
   * The masks to take off the sum of U3's uploads, with {@link
   * org.concordat.secureagg.kernel.Unmasker}.
   *
   * @throws Refusal WRONG_STEP before enough reveals are in; BAD_DEALER naming a survivor whose
   *     seed contradicts its hash: the attempt cannot be opened and may not be retried, since who
   *     knows the seed can open it
   */
  public List<MaskTerm> unmaskingInput() throws Refusal {
    Opening open = state.opening;
    if (open == null || state.phase == Phase.UNMASKING) {
      throw new Refusal(
          Reason.WRONG_STEP, state.cohort().coordinator(), "waiting for " + waiting().missing());
    }
    requireNoBadDealer();
    return open.terms(state.cohort(), state.task, state.pairReveals);
  }

  private void requireNoBadDealer() throws Refusal {
    Optional<String> bad = badDealer();
    if (bad.isPresent()) {
      throw new Refusal(
          Reason.BAD_DEALER,
          bad.get(),
          "its seed contradicts the hash it deposited: the round cannot be opened, nor tried again."
              + " It is left out of the next epochs: submit a new job");
    }
  }

  /** The payload of the NonReveal quorum, in phase VOIDED: goes into the next attempt's task. */
  public Optional<Bytes> nonRevealQuorum() {
    return state.phase == Phase.VOIDED
        ? Optional.of(Bytes.of(new RoundOutbox(state).quorumMessage().encode()))
        : Optional.empty();
  }

  /**
   * The payload of the checkpoint certificate, in phase CHECKPOINTED. Of one cohort of several its
   * signatures become a part of an {@link
   * org.concordat.secureagg.cohorts.message.AllianceCheckpoint}, and members refuse it alone.
   */
  public Optional<Bytes> checkpoint() {
    return state.phase == Phase.CHECKPOINTED
        ? Optional.of(Bytes.of(new RoundOutbox(state).checkpointMessage().encode()))
        : Optional.empty();
  }

  private void requirePhase(Phase due) throws Refusal {
    require(
        state.phase == due,
        Reason.WRONG_STEP,
        state.cohort().coordinator(),
        "%s is at %s, not at %s",
        state.ref.describe(),
        state.phase,
        due);
  }
}

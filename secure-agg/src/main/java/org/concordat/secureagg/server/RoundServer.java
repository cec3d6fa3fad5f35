package org.concordat.secureagg.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.message.Task;

/**
 * The coordinator's fold over one token: one attempt of one round. Immutable: each call returns the next state. The
 * calls that return a RoundServer are the events to log and replay; {@link #freezeSurvivors}, {@link
 * #chooseCertificate} and {@link #chooseNonReveal} must be durable before anything that {@link #outgoing} gives
 * afterwards is sent.
 */
public final class RoundServer {
  /** Where the attempt stands. */
  public enum Phase {
    UPLOADING,
    /** Survivors frozen, signatures coming in. */
    SIGNING,
    /** Certificate chosen, reveals coming in. */
    REVEALING,
    /** {@link #unmaskingInput} is there; compute the sum, then {@link #result}. */
    UNMASKING,
    /** Result sent, state signatures coming in. */
    AGREEING,
    /** T state signatures are in. */
    CHECKPOINTED,
    /** NonReveal chosen, NonReveals coming in. */
    VOIDING,
    /** T NonReveals are in: the round may be retried with {@link #nonRevealQuorum}. */
    VOIDED
  }

  private RoundServer() {}

  /**
   * @param epoch a certified epoch
   * @param task its epoch, cohort and policy are the epoch's; the token was never used
   */
  public static RoundServer start(EpochServer epoch, Task task, Notary notary) {
    throw new UnsupportedOperationException();
  }

  /** Takes the commitment of an upload that is complete and whose Merkle root was verified against it, and durable. */
  public RoundServer acceptUpload(byte[] sealedCommitment) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** Ends the uploads. Refused (TOO_FEW_SURVIVORS) below N_min. */
  public RoundServer freezeSurvivors() throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** Chooses to open the token, once T survivors have signed. Final. */
  public RoundServer chooseCertificate() throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** Chooses never to open the token. Final. Refused once {@link #chooseCertificate} was called. */
  public RoundServer chooseNonReveal() throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a sealed Decline, SurvivorSignature, Reveal, PairReveal, NonReveal or StateSignature. The same payload again
   * changes nothing.
   *
   * @throws Refusal naming the culprit; a bad share is discarded with its message and its revealer named
   */
  public RoundServer accept(byte[] sealed) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * The unmasked sum and what follows from it.
   *
   * @param sumRoot {@code MerkleRoot.ofWords(sum)}
   * @param nextState digest of the state that the sum leads to
   */
  public RoundServer result(Digest sumRoot, Digest nextState) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** The sealed messages that this member must be sent now, in order; also for re-sending after a reconnect. */
  public List<byte[]> outgoing(String member) {
    throw new UnsupportedOperationException();
  }

  public Phase phase() {
    throw new UnsupportedOperationException();
  }

  public Task task() {
    throw new UnsupportedOperationException();
  }

  /** Whom the phase waits for. */
  public Waiting waiting() {
    throw new UnsupportedOperationException();
  }

  /** Root of each verified upload, by member, sorted. */
  public Map<String, Digest> uploads() {
    throw new UnsupportedOperationException();
  }

  /** Members that declined the task. */
  public Set<String> declined() {
    throw new UnsupportedOperationException();
  }

  /** Ids of U3, once frozen, sorted; fold exactly their uploads. */
  public List<String> survivors() {
    throw new UnsupportedOperationException();
  }

  /** Whether {@link #chooseCertificate} is possible now. */
  public boolean certifiable() {
    throw new UnsupportedOperationException();
  }

  /** The payload of the survivor certificate, for the log. */
  public Optional<Bytes> certificate() {
    throw new UnsupportedOperationException();
  }

  /**
   * The masks to take off the sum of U3's uploads, with {@link org.concordat.secureagg.kernel.Unmasker}.
   *
   * @throws Refusal WRONG_STEP before enough reveals are in; BAD_DEALER naming a survivor whose seed contradicts its
   *     hash: the attempt cannot be opened, exclude it and go on with the next epoch
   */
  public List<MaskTerm> unmaskingInput() throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** The payload of the NonReveal quorum, in phase VOIDED: goes into the next attempt's task. */
  public Optional<Bytes> nonRevealQuorum() {
    throw new UnsupportedOperationException();
  }

  /** The payload of the checkpoint certificate, in phase CHECKPOINTED. */
  public Optional<Bytes> checkpoint() {
    throw new UnsupportedOperationException();
  }
}

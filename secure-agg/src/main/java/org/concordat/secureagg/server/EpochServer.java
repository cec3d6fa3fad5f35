package org.concordat.secureagg.server;

import java.util.List;
import java.util.Optional;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Manifest;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's fold over one epoch number. Immutable: each call returns the next state. Memory: the deposits, 3.5
 * MB a member at n = 256, 55 kB at n = 4.
 */
public final class EpochServer {
  /** Where the epoch stands; a step ends by itself when all have answered, or by {@link #closeStep()}. */
  public enum Phase {
    KEYS,
    ENCAPSULATIONS,
    DEPOSITS,
    SIGNATURES,
    /** T signatures are in: {@link #outgoing} gives the certificate, tokens may be used. */
    CERTIFIED
  }

  private EpochServer() {}

  /**
   * Opens an epoch number.
   *
   * @param number greater than every number opened before, failed ones included
   * @param previous the last certified manifest, or null for the first epoch
   */
  public static EpochServer start(
      Cohort cohort, long number, @Nullable Manifest previous, Notary notary) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes a member's sealed EpochKeys, Parcel or ManifestSignature. The same payload again changes nothing.
   *
   * @throws Refusal naming the culprit; LATE if its step is closed
   */
  public EpochServer accept(byte[] sealed) throws Refusal {
    throw new UnsupportedOperationException();
  }

  /**
   * Goes on without the members that have not answered; they are absent from this epoch.
   *
   * @throws Refusal WRONG_STEP if fewer than N_min (or T signatures) have answered: wait, or open the next number
   */
  public EpochServer closeStep() throws Refusal {
    throw new UnsupportedOperationException();
  }

  /** The sealed messages that this member must be sent now, in order; also for re-sending after a reconnect. Empty if it owes nothing and needs nothing. */
  public List<byte[]> outgoing(String member) {
    throw new UnsupportedOperationException();
  }

  public Phase phase() {
    throw new UnsupportedOperationException();
  }

  /** Whom the step waits for. */
  public Waiting waiting() {
    throw new UnsupportedOperationException();
  }

  public Cohort cohort() {
    throw new UnsupportedOperationException();
  }

  public long number() {
    throw new UnsupportedOperationException();
  }

  /** The manifest, from phase SIGNATURES on. */
  public Optional<Manifest> manifest() {
    throw new UnsupportedOperationException();
  }

  /** The sealed ManifestCertificate, once certified: send it to every member of the roster and keep it. */
  public Optional<byte[]> certificate() {
    throw new UnsupportedOperationException();
  }
}

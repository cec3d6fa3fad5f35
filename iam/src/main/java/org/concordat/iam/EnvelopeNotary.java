package org.concordat.iam;

import java.util.Arrays;
import java.util.function.Supplier;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * The protocol's signed envelopes as what secure aggregation signs and checks with. The envelope
 * opened last is remembered as long as the roster is the same: a message is opened when it arrives,
 * when it is decided on and when its event is applied, one right after the other.
 */
public final class EnvelopeNotary implements Notary {
  private record Known(byte[] sealed, Object roster, Opened opened) {}

  private final Envelopes envelopes;
  private final Supplier<?> roster;
  private volatile @Nullable Known last;

  /** With keys that are always the same. */
  public EnvelopeNotary(Envelopes envelopes) {
    this(envelopes, () -> envelopes);
  }

  /**
   * @param roster gives another object once the keys that signatures are checked with may be others
   */
  public EnvelopeNotary(Envelopes envelopes, Supplier<?> roster) {
    this.envelopes = envelopes;
    this.roster = roster;
  }

  @Override
  public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
    return envelopes.seal(
        type,
        round,
        attempt,
        new Envelopes.Stamp(stamp.incarnation().bytes().toArray(), stamp.counter()),
        payload);
  }

  @Override
  public Opened open(byte[] sealed) throws BadEnvelopeException {
    Object inForce = roster.get();
    Known known = last;
    if (known != null && known.roster == inForce && Arrays.equals(known.sealed, sealed)) {
      return known.opened;
    }
    Opened opened = verified(sealed);
    last = new Known(sealed.clone(), inForce, opened);
    return opened;
  }

  private Opened verified(byte[] sealed) throws BadEnvelopeException {
    try {
      Envelopes.Opened opened = envelopes.open(sealed);
      return new Opened(
          opened.sender(),
          opened.type(),
          opened.round(),
          opened.attempt(),
          new Stamp(Incarnation.of(opened.stamp().incarnation()), opened.stamp().counter()),
          opened.payload());
    } catch (Envelopes.BadEnvelope bad) {
      throw new BadEnvelopeException(String.valueOf(bad.getMessage()));
    }
  }
}

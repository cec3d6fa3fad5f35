package org.concordat.iam;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Digest;
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
  private final Function<Digest, Optional<Envelopes.Verifier>> keysOf;
  private volatile @Nullable Known last;

  /** With keys that are always the same. */
  public EnvelopeNotary(Envelopes envelopes) {
    this(envelopes, () -> envelopes);
  }

  /**
   * @param roster gives another object once the keys that signatures are checked with may be others
   */
  public EnvelopeNotary(Envelopes envelopes, Supplier<?> roster) {
    this(envelopes, roster, digest -> Optional.empty());
  }

  /**
   * @param keysOf keys of an earlier roster; empty where it is not known
   */
  public EnvelopeNotary(
      Envelopes envelopes,
      Supplier<?> roster,
      Function<Digest, Optional<Envelopes.Verifier>> keysOf) {
    this.envelopes = envelopes;
    this.roster = roster;
    this.keysOf = keysOf;
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
  public Notary under(Digest epochsRoster) {
    return keysOf.apply(epochsRoster).<Notary>map(keys -> new Under(this, keys)).orElse(this);
  }

  /** Seals as ever; opens with the keys of one roster. */
  private record Under(EnvelopeNotary present, Envelopes.Verifier keys) implements Notary {
    @Override
    public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
      return present.seal(type, round, attempt, stamp, payload);
    }

    @Override
    public Opened open(byte[] sealed) throws BadEnvelopeException {
      return present.verified(sealed, keys);
    }
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
      return of(envelopes.open(sealed));
    } catch (Envelopes.BadEnvelope bad) {
      throw new BadEnvelopeException(String.valueOf(bad.getMessage()));
    }
  }

  private Opened verified(byte[] sealed, Envelopes.Verifier keys) throws BadEnvelopeException {
    try {
      return of(envelopes.open(sealed, keys));
    } catch (Envelopes.BadEnvelope bad) {
      throw new BadEnvelopeException(String.valueOf(bad.getMessage()));
    }
  }

  private static Opened of(Envelopes.Opened opened) {
    return new Opened(
        opened.sender(),
        opened.type(),
        opened.round(),
        opened.attempt(),
        new Stamp(Incarnation.of(opened.stamp().incarnation()), opened.stamp().counter()),
        opened.payload());
  }
}

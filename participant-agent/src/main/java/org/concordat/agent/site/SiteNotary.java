package org.concordat.agent.site;

import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;

/** The protocol's signed envelopes as what secure aggregation signs and checks with. */
public record SiteNotary(Envelopes envelopes) implements Notary {
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

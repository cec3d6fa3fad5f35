package org.concordat.coordinator.directory;

import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;

/**
 * Opens what comes in: only what a member of the roster in force has signed, with its present key.
 * What a former member signed while it was one stays readable for the notary of record.
 *
 * @param record opens also what former members have signed; whatever it opened last is remembered
 * @param strict checks with present keys only
 */
public record MembersNotary(Directory directory, Notary record, Notary strict) implements Notary {
  @Override
  public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
    return record.seal(type, round, attempt, stamp, payload);
  }

  @Override
  public Opened open(byte[] sealed) throws BadEnvelopeException {
    Opened opened = record.open(sealed);
    String sender = opened.sender();
    if (!directory.isMember(sender)) {
      throw new BadEnvelopeException(
          directory.gone(sender).orElse("'" + sender + "' is not in the roster"));
    }
    return directory.formerKeys(sender).isEmpty() ? opened : strict.open(sealed);
  }
}

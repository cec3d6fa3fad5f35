package org.concordat.secureagg;

import java.util.Arrays;

/**
 * Signs as one participant and checks everybody's signatures against the signed roster. The real
 * one makes signed envelopes; sealed bytes are evidence that anyone with the roster can check, so
 * certificates carry them as they are.
 *
 * <p>Two seals of one payload may differ (an envelope has a sequence number): compare payloads,
 * never seals.
 */
public interface Notary {
  /**
   * Signs a payload as this participant.
   *
   * @param type one of the protocol's message types
   * @param round the round for messages of a round, the epoch number for messages of an epoch
   * @param attempt from 0; 0 for messages of an epoch
   */
  default byte[] seal(String type, long round, int attempt, byte[] payload) {
    return seal(type, round, attempt, Stamp.NONE, payload);
  }

  /**
   * The same for a statement of secure aggregation.
   *
   * @param stamp the member's store and count; {@link Stamp#NONE} of a coordinator
   */
  byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload);

  /**
   * Checks the signature with the key that the roster gives for the sender.
   *
   * @throws BadEnvelopeException if the bytes are malformed, of another alliance, or not the
   *     sender's
   */
  Opened open(byte[] sealed) throws BadEnvelopeException;

  /**
   * The same, opening with the keys that an epoch's roster gave: a member whose keys were replaced
   * since has signed in that epoch with those before, and in no later one. Where that roster is not
   * known, with the present ones.
   */
  default Notary under(Digest epochsRoster) {
    return this;
  }

  /** A sealed message whose signature has been checked. */
  record Opened(String sender, String type, long round, int attempt, Stamp stamp, byte[] payload) {
    public Opened {
      payload = payload.clone();
    }

    /** Of a participant without a store of secure aggregation. */
    public Opened(String sender, String type, long round, int attempt, byte[] payload) {
      this(sender, type, round, attempt, Stamp.NONE, payload);
    }

    @Override
    public byte[] payload() {
      return payload.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Opened that
          && sender.equals(that.sender)
          && type.equals(that.type)
          && round == that.round
          && attempt == that.attempt
          && stamp.equals(that.stamp)
          && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
      return 31 * sender.hashCode() + Arrays.hashCode(payload);
    }
  }
}

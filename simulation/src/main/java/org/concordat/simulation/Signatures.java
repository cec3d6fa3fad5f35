package org.concordat.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HashMap;
import java.util.Map;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.SignatureCheck;
import org.concordat.protocol.v1.SignedEnvelope;

/**
 * Checks signatures, which takes most of a run, but those that a core has just made: whoever signs
 * is in this process. One in {@value #SAMPLE} of them is checked all the same, and so is whatever a
 * liar says.
 */
final class Signatures implements SignatureCheck {
  private static final int SAMPLE = 64;

  private record Made(IdentityKey key, ByteString envelope) {}

  private final Founded founded;
  private final Map<ByteString, Made> made = new HashMap<>();
  private int asked;

  Signatures(Founded founded) {
    this.founded = founded;
  }

  /** A participant's own core sends what it has sealed. */
  void made(String by, byte[] sealed) {
    try {
      SignedEnvelope signed = SignedEnvelope.parseFrom(sealed);
      made.put(
          signed.getSignature(), new Made(founded.keysOf(by).identity(), signed.getEnvelope()));
    } catch (InvalidProtocolBufferException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public boolean verify(IdentityKey key, byte[] message, byte[] signature) {
    Made known = made.get(ByteString.copyFrom(signature));
    boolean same = known != null && known.key().equals(key) && isOf(known.envelope(), message);
    if (same && ++asked % SAMPLE != 0) {
      return true;
    }
    boolean valid = key.verify(message, signature);
    if (same && !valid) {
      throw new IllegalStateException("a core has made a signature that is none");
    }
    return valid;
  }

  /** What is signed is an envelope behind a constant. */
  private static boolean isOf(ByteString envelope, byte[] message) {
    int constant = message.length - envelope.size();
    return constant >= 0
        && ByteString.copyFrom(message, constant, envelope.size()).equals(envelope);
  }
}

package org.concordat.bench;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;

/** The product's signed envelopes, under keys that follow from the names. For measuring only. */
final class SimNotary {
  private static final Map<String, Ed25519PrivateKeyParameters> KEYS = new ConcurrentHashMap<>();
  private static final Map<String, Ed25519PublicKeyParameters> PUBLIC = new ConcurrentHashMap<>();

  private SimNotary() {}

  static Notary of(String self) {
    return new EnvelopeNotary(
        new Envelopes(
            SimWorld.ALLIANCE, self, message -> sign(self, message), SimNotary::verify, 1),
        Object::new); // nothing is remembered: members check each message
  }

  private static Ed25519PrivateKeyParameters key(String name) {
    return KEYS.computeIfAbsent(
        name,
        n ->
            new Ed25519PrivateKeyParameters(
                Digest.sha256(n.getBytes(StandardCharsets.UTF_8)).bytes()));
  }

  private static byte[] sign(String self, byte[] message) {
    byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
    key(self).sign(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
    return signature;
  }

  private static boolean verify(String sender, byte[] message, byte[] signature) {
    return PUBLIC
        .computeIfAbsent(sender, name -> key(name).generatePublicKey())
        .verify(Ed25519.Algorithm.Ed25519, null, message, 0, message.length, signature, 0);
  }
}

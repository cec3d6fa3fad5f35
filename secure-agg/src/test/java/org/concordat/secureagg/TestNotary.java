package org.concordat.secureagg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Signs with Ed25519 keys that follow from the names; two seals of one payload differ, as real
 * envelopes do.
 */
public final class TestNotary implements Notary {
  private static final AtomicLong SEQUENCE = new AtomicLong();

  private static final Map<String, Ed25519PrivateKeyParameters> KEYS = new ConcurrentHashMap<>();

  private final String self;

  public TestNotary(String self) {
    this.self = self;
  }

  private static Ed25519PrivateKeyParameters key(String name) {
    return KEYS.computeIfAbsent(
        name,
        n ->
            new Ed25519PrivateKeyParameters(
                Digest.sha256(n.getBytes(StandardCharsets.UTF_8)).bytes()));
  }

  @Override
  public byte[] seal(String type, long round, int attempt, byte[] payload) {
    byte[] body =
        new ByteWriter()
            .text(self)
            .i64(SEQUENCE.incrementAndGet())
            .text(type)
            .i64(round)
            .i32(attempt)
            .bytes(payload)
            .toBytes();
    byte[] signature = new byte[64];
    key(self).sign(Ed25519.Algorithm.Ed25519, null, body, 0, body.length, signature, 0);
    return new ByteWriter().raw(signature).raw(body).toBytes();
  }

  @Override
  public Opened open(byte[] sealed) throws BadEnvelopeException {
    try {
      byte[] body = Arrays.copyOfRange(sealed, 64, sealed.length);
      ByteReader in = new ByteReader(body);
      String sender = in.text(128);
      in.i64();
      Opened opened = new Opened(sender, in.text(64), in.i64(), in.i32(), in.bytes(16 << 20));
      in.end();
      Ed25519PublicKeyParameters key = key(sender).generatePublicKey();
      if (!key.verify(Ed25519.Algorithm.Ed25519, null, body, 0, body.length, sealed, 0)) {
        throw new BadEnvelopeException("the signature is not that of " + sender);
      }
      return opened;
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new BadEnvelopeException("no envelope", e);
    }
  }
}

package org.concordat.secureagg;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
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

  /** Signed bytes that were found good: many members check the same ones. */
  private static final Set<Digest> VERIFIED = ConcurrentHashMap.newKeySet();

  private static final int REMEMBERED = 20_000;

  private static volatile boolean hashed;

  private final String self;

  public TestNotary(String self) {
    this.self = self;
  }

  /**
   * From here on a hash with a key of the sender stands for its signature, which no lie of these
   * tests forges either: for searches that would spend most of their time on signing.
   */
  public static void hashInsteadOfSigning(boolean instead) {
    hashed = instead;
  }

  private static byte[] sign(String name, byte[] body) {
    byte[] signature = new byte[64];
    if (hashed) {
      byte[] keyed = new ByteWriter().text(name).raw(body).toBytes();
      System.arraycopy(Digest.sha256(keyed).bytes(), 0, signature, 0, Digest.SIZE_BYTES);
    } else {
      key(name).sign(Ed25519.Algorithm.Ed25519, null, body, 0, body.length, signature, 0);
    }
    return signature;
  }

  private static Ed25519PrivateKeyParameters key(String name) {
    return KEYS.computeIfAbsent(
        name,
        n ->
            new Ed25519PrivateKeyParameters(
                Digest.sha256(n.getBytes(StandardCharsets.UTF_8)).bytes()));
  }

  /** Of the store that a member of these tests was founded with. */
  public static Incarnation store(String name) {
    byte[] hash = Digest.sha256(("store of " + name).getBytes(StandardCharsets.UTF_8)).bytes();
    return Incarnation.of(Arrays.copyOf(hash, Incarnation.SIZE_BYTES));
  }

  /** As the member's first store would, outside its count. */
  @Override
  public byte[] seal(String type, long round, int attempt, byte[] payload) {
    return seal(type, round, attempt, new Stamp(store(self), 0), payload);
  }

  @Override
  public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
    byte[] body =
        new ByteWriter()
            .text(self)
            .i64(SEQUENCE.incrementAndGet())
            .bytes(stamp.incarnation().bytes().toArray())
            .i64(stamp.counter())
            .text(type)
            .i64(round)
            .i32(attempt)
            .bytes(payload)
            .toBytes();
    return new ByteWriter().raw(sign(self, body)).raw(body).toBytes();
  }

  @Override
  public Opened open(byte[] sealed) throws BadEnvelopeException {
    try {
      byte[] body = Arrays.copyOfRange(sealed, 64, sealed.length);
      ByteReader in = new ByteReader(body);
      String sender = in.text(128);
      in.i64();
      Stamp stamp = new Stamp(Incarnation.of(in.bytes(Incarnation.SIZE_BYTES)), in.i64());
      Opened opened =
          new Opened(sender, in.text(64), in.i64(), in.i32(), stamp, in.bytes(16 << 20));
      in.end();
      verify(sender, sealed, body);
      return opened;
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new BadEnvelopeException("no envelope", e);
    }
  }

  private static void verify(String sender, byte[] sealed, byte[] body)
      throws BadEnvelopeException {
    if (hashed) {
      if (!Arrays.equals(sealed, 0, 64, sign(sender, body), 0, 64)) {
        throw new BadEnvelopeException("the keyed hash is not that of " + sender);
      }
      return;
    }
    Digest digest = Digest.sha256(sealed);
    if (VERIFIED.contains(digest)) {
      return;
    }
    Ed25519PublicKeyParameters key = key(sender).generatePublicKey();
    if (!key.verify(Ed25519.Algorithm.Ed25519, null, body, 0, body.length, sealed, 0)) {
      throw new BadEnvelopeException("the signature is not that of " + sender);
    }
    if (VERIFIED.size() >= REMEMBERED) {
      VERIFIED.clear();
    }
    VERIFIED.add(digest);
  }
}

package org.concordat.secureagg.crypto;

import java.nio.charset.StandardCharsets;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.Task;

/**
 * Everything that the protocol derives from secrets ("Epoch" and "Masks"). Every info field is
 * length-prefixed.
 */
public final class Derivation {
  private static final int VERSION = 1;
  private static final int KEY_BYTES = 32;

  private Derivation() {}

  /**
   * {@code PRK_ij = HKDF-Extract(epoch ‖ rosterDigest, X25519 secret ‖ KEM secret ‖ KEM ciphertext
   * ‖ both public keys)}.
   *
   * @param low keys of the lower id, who encapsulated
   * @param high keys of the higher id
   */
  public static byte[] pairKey(
      long epoch,
      Digest rosterDigest,
      byte[] x25519Secret,
      byte[] kemSecret,
      byte[] kemCiphertext,
      EpochKeys low,
      EpochKeys high) {
    byte[] salt = new ByteWriter().i64(epoch).raw(rosterDigest.bytes()).toBytes();
    ByteWriter input = new ByteWriter().raw(x25519Secret).raw(kemSecret).raw(kemCiphertext);
    for (EpochKeys keys : new EpochKeys[] {low, high}) {
      input.raw(keys.x25519().toArray()).raw(keys.mlKem768().toArray());
    }
    return Hkdf.extract(salt, input.toBytes());
  }

  /** {@code u_ij^r}: the pair's secret for a token. */
  public static byte[] pairSecret(byte[] pairKey, int token) {
    return Hkdf.expand(
        pairKey, new ByteWriter().text("pair-secret").u16(token).toBytes(), KEY_BYTES);
  }

  /** The key of the one box from a dealer to a recipient. */
  public static byte[] boxKey(byte[] pairKey, int from, int to) {
    return Hkdf.expand(
        pairKey, new ByteWriter().text("box").u16(from).u16(to).toBytes(), KEY_BYTES);
  }

  /** {@code C_ij^r = HKDF-Expand(u_ij^r, "commit")}. */
  public static byte[] commitment(byte[] pairSecret) {
    return Hkdf.expand(pairSecret, new ByteWriter().text("commit").toBytes(), KEY_BYTES);
  }

  /** The mask key of a pair: both members derive the same one. */
  public static byte[] pairMask(
      byte[] pairSecret, String alliance, Task task, String low, String high) {
    return Hkdf.expand(pairSecret, info("pair", alliance, task, low, high), KEY_BYTES);
  }

  /** The key of a member's own mask. */
  public static byte[] selfMask(byte[] seed, String alliance, Task task, String self) {
    return Hkdf.expand(seed, info("self", alliance, task, self, self), KEY_BYTES);
  }

  /**
   * The fields that "Masks" lists, then the task's digest: without it two members shown different
   * clip bounds, weights or kinds of work would still have masks that cancel.
   */
  static byte[] info(String label, String alliance, Task task, String low, String high) {
    ByteWriter out = new ByteWriter();
    text(out, label);
    number(out, VERSION);
    text(out, alliance);
    number(out, task.epoch());
    number(out, task.token());
    text(out, task.job());
    number(out, task.round());
    number(out, task.attempt());
    out.bytes(task.policyDigest().bytes());
    out.bytes(task.baseStateDigest().bytes());
    out.bytes(task.cohortDigest().bytes());
    number(out, task.quantisation().wireBits());
    number(out, task.vectorLength());
    text(out, low);
    text(out, high);
    return out.bytes(task.digest().bytes()).toBytes();
  }

  private static void text(ByteWriter out, String value) {
    out.bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  private static void number(ByteWriter out, long value) {
    out.i32(Long.BYTES).i64(value);
  }
}

package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * A witness's statement that, at a time, a checkpoint was the largest it had seen of its log, and
 * an extension of all that it saw before (c2sp.org/tlog-cosignature, {@code cosignature/v1}).
 *
 * @param time whole seconds
 * @param line the note signature line, with its line end
 */
public record Cosignature(WitnessKey witness, Instant time, String line) {
  static final String DASH = "\u2014 ";

  private static final int ID_BYTES = 4;
  private static final int BYTES = ID_BYTES + Long.BYTES + LogVerifierKey.SIGNATURE_BYTES;

  /** The bytes that a witness signs; they begin like nothing else that an identity key signs. */
  public static byte[] message(Checkpoint checkpoint, Instant time) {
    return ("cosignature/v1\ntime " + time.getEpochSecond() + "\n" + checkpoint.text())
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Puts a signature of {@link #message} into its form.
   *
   * @param signature 64 bytes
   */
  public static Cosignature of(WitnessKey witness, Instant time, byte[] signature) {
    byte[] tagged =
        ByteBuffer.allocate(BYTES)
            .putInt(witness.keyId())
            .putLong(time.getEpochSecond())
            .put(signature)
            .array();
    return new Cosignature(
        witness,
        Instant.ofEpochSecond(time.getEpochSecond()),
        DASH + witness.name() + " " + Base64.getEncoder().encodeToString(tagged) + "\n");
  }

  /**
   * Reads and verifies a signature line.
   *
   * @throws MalformedNoteException if it is no cosignature line
   * @throws SignatureRefusedException unless it is this witness's over this checkpoint
   */
  public static Cosignature open(String line, WitnessKey witness, Checkpoint checkpoint) {
    String start = DASH + witness.name() + " ";
    if (!line.startsWith(start) || line.indexOf('\n') != line.length() - 1) {
      throw new SignatureRefusedException(witness.name(), "expected one line, by this witness");
    }
    byte[] tagged =
        StrictBase64.decode("cosignature", line.substring(start.length(), line.length() - 1));
    if (tagged.length != BYTES || ByteBuffer.wrap(tagged).getInt() != witness.keyId()) {
      throw new SignatureRefusedException(
          witness.name(), "the cosignature is by another key of this name");
    }
    Instant time = time(ByteBuffer.wrap(tagged).getLong(ID_BYTES));
    byte[] signature = Arrays.copyOfRange(tagged, ID_BYTES + Long.BYTES, BYTES);
    if (!witness.verifies(message(checkpoint, time), signature)) {
      throw new SignatureRefusedException(
          witness.name(), "the cosignature does not match the checkpoint's text");
    }
    return new Cosignature(witness, time, line);
  }

  private static Instant time(long seconds) {
    try {
      return Instant.ofEpochSecond(seconds);
    } catch (DateTimeException impossible) {
      throw new MalformedNoteException("cosignature", "its time is " + seconds);
    }
  }
}

package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;

/**
 * A witness's statement that, at a time, a checkpoint was the largest it had seen of its log, and
 * an extension of all that it saw before (c2sp.org/tlog-cosignature, {@code cosignature/v1}).
 *
 * @param time whole seconds
 * @param line the note signature line, with its line end
 */
public record Cosignature(WitnessKey witness, Instant time, String line) {
  private static final int BYTES = Long.BYTES + NoteKey.SIGNATURE_BYTES;

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
    byte[] timed = ByteBuffer.allocate(BYTES).putLong(time.getEpochSecond()).put(signature).array();
    return new Cosignature(
        witness, Instant.ofEpochSecond(time.getEpochSecond()), witness.note().line(timed));
  }

  /**
   * Reads and verifies a signature line.
   *
   * @throws MalformedNoteException if it is no cosignature line
   * @throws SignatureRefusedException unless it is this witness's over this checkpoint
   */
  public static Cosignature open(String line, WitnessKey witness, Checkpoint checkpoint) {
    byte[] timed = witness.note().payload("cosignature", line, BYTES);
    Instant time = time(ByteBuffer.wrap(timed).getLong());
    byte[] signature = Arrays.copyOfRange(timed, Long.BYTES, BYTES);
    if (!witness.note().verifies(message(checkpoint, time), signature)) {
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

package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A tree head: origin, size and root, as in c2sp.org/tlog-checkpoint without extension lines.
 *
 * @param origin the log's name, equal to its key's name
 * @param size number of entries, 0 or more
 * @param root RFC 6962 tree hash of those entries
 */
public record Checkpoint(String origin, long size, TreeHash root) {
  /** No checkpoint of ours is longer. */
  static final int MAX_BYTES = 4096;

  /** Checks origin and size. */
  public Checkpoint {
    Names.require(origin);
    if (size < 0) {
      throw new MalformedNoteException("checkpoint", "negative size");
    }
  }

  /** The note text, three lines each ending in a newline. */
  public String text() {
    return origin + "\n" + size + "\n" + root.base64() + "\n";
  }

  /**
   * The signed note, ready to be published. The caller answers for the tree being an extension of
   * the one before.
   */
  String signed(LogSigner signer) {
    byte[] signature = signer.sign(text().getBytes(StandardCharsets.UTF_8));
    return text() + "\n" + signer.vkey().note().line(signature);
  }

  /**
   * Opens a signed checkpoint. Exactly one signature line is accepted, the log's; anything else, a
   * flipped bit in any byte included, is refused.
   *
   * @throws MalformedNoteException if it is not of the form that {@link AuditLog} writes
   * @throws SignatureRefusedException if the key did not sign it, or it is another log's
   */
  public static Checkpoint open(byte[] note, LogVerifierKey key) {
    String text = decode(note);
    int blank = text.lastIndexOf("\n\n");
    if (blank < 0) {
      throw new MalformedNoteException("checkpoint", "no blank line between text and signature");
    }
    Checkpoint checkpoint = parse(text.substring(0, blank + 1));
    byte[] signature =
        key.note().payload("signature", text.substring(blank + 2), NoteKey.SIGNATURE_BYTES);
    if (!key.verifies(checkpoint.text().getBytes(StandardCharsets.UTF_8), signature)) {
      throw new SignatureRefusedException(
          key.name(), "the signature does not match the checkpoint's text");
    }
    if (!checkpoint.origin.equals(key.name())) {
      throw new SignatureRefusedException(
          key.name(), "the checkpoint's origin is " + checkpoint.origin);
    }
    return checkpoint;
  }

  private static String decode(byte[] note) {
    if (note.length > MAX_BYTES) {
      throw new MalformedNoteException(
          "checkpoint", note.length + " bytes, at most " + MAX_BYTES + " are read");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(note)).toString();
    } catch (CharacterCodingException malformed) {
      throw new MalformedNoteException("checkpoint", "not UTF-8");
    }
  }

  private static Checkpoint parse(String text) {
    String[] lines = text.split("\n", -1);
    if (lines.length != 4 || !lines[3].isEmpty()) {
      throw new MalformedNoteException("checkpoint", "expected three lines: origin, size, root");
    }
    if (!lines[1].matches("0|[1-9][0-9]{0,17}")) {
      throw new MalformedNoteException(
          "checkpoint", "the size is not a decimal number without leading zeroes");
    }
    return new Checkpoint(
        lines[0], Long.parseLong(lines[1]), StrictBase64.hash("checkpoint", lines[2]));
  }
}

package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * A self-contained proof that one entry is in the log (c2sp.org/tlog-proof), without extra data:
 * file extension {@code .tlog-proof}.
 *
 * @param index the entry's index
 * @param hashes its audit path in the tree of the checkpoint
 * @param checkpoint the signed checkpoint, verbatim, with cosignatures where it has some
 */
public record TlogProof(long index, List<TreeHash> hashes, String checkpoint) {
  private static final String HEADER = "c2sp.org/tlog-proof@v1";
  private static final int MAX_HASHES = 63;

  /** The longest text that is read: of a checkpoint with the cosignatures of 256 witnesses. */
  public static final int MAX_CHARS = WitnessedHead.MAX_BYTES + 16_384;

  /** Copies the path. */
  public TlogProof {
    hashes = List.copyOf(hashes);
    if (index < 0 || hashes.size() > MAX_HASHES) {
      throw new MalformedNoteException(
          "proof", "a negative index or more than " + MAX_HASHES + " hashes");
    }
  }

  /** The text form. */
  public String text() {
    StringBuilder text = new StringBuilder(HEADER).append("\nindex ").append(index).append('\n');
    hashes.forEach(hash -> text.append(hash.base64()).append('\n'));
    return text.append('\n').append(checkpoint).toString();
  }

  /**
   * Parses the text form. Nothing in it is trusted before {@link #verify}.
   *
   * @throws MalformedNoteException naming what is wrong
   */
  public static TlogProof parse(String text) {
    if (text.length() > MAX_CHARS) {
      throw new MalformedNoteException(
          "proof", text.length() + " characters, at most " + MAX_CHARS);
    }
    int blank = text.indexOf("\n\n");
    if (blank < 0) {
      throw new MalformedNoteException("proof", "no blank line before the checkpoint");
    }
    String[] lines = text.substring(0, blank).split("\n", -1);
    if (lines.length < 2
        || !lines[0].equals(HEADER)
        || !lines[1].matches("index (0|[1-9][0-9]{0,17})")) {
      throw new MalformedNoteException(
          "proof", "expected the lines '" + HEADER + "' and 'index N'");
    }
    List<TreeHash> hashes = new ArrayList<>();
    for (int i = 2; i < lines.length; i++) {
      hashes.add(StrictBase64.hash("proof", lines[i]));
    }
    return new TlogProof(Long.parseLong(lines[1].substring(6)), hashes, text.substring(blank + 2));
  }

  /**
   * Verifies the checkpoint's signature, which must be its only one, and the path.
   *
   * @param entry the entry's bytes, as logged
   * @return the checkpoint that covers the entry
   * @throws SignatureRefusedException if the key did not sign the checkpoint
   * @throws ProofRefusedException if the entry is not in its tree at that index
   */
  public Checkpoint verify(LogVerifierKey key, byte[] entry) {
    Checkpoint head = Checkpoint.open(checkpoint.getBytes(StandardCharsets.UTF_8), key);
    requireIn(head, entry);
    return head;
  }

  /**
   * The same of a checkpoint with cosignatures, and verifies those; lines of others are passed
   * over.
   *
   * @param known whose cosignatures count
   * @return the checkpoint that covers the entry, and who cosigned it
   * @throws SignatureRefusedException also if a cosignature of one of them is not right
   */
  public WitnessedHead verify(LogVerifierKey key, byte[] entry, Collection<WitnessKey> known) {
    WitnessedHead head =
        WitnessedHead.open(checkpoint.getBytes(StandardCharsets.UTF_8), key, known);
    requireIn(head.checkpoint(), entry);
    return head;
  }

  private void requireIn(Checkpoint head, byte[] entry) {
    new InclusionProof(index, head.size(), hashes).verify(Rfc6962.leaf(entry), head.root());
  }
}

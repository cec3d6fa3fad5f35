package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * One append as the journal keeps it: the entries, and the tree before and after them.
 *
 * @param base size of the tree whose files were all durable when the journal was begun
 * @param baseRoot that tree's root
 * @param first index of the first entry, at least {@code base}
 * @param root the tree's root with these entries
 * @param entries at least one, as they are hashed
 */
public record JournalRecord(
    long base, TreeHash baseRoot, long first, TreeHash root, List<byte[]> entries) {
  private static final int FIXED_BYTES = 2 * Long.BYTES + 2 * TreeHash.BYTES;

  /** Checks the bounds. */
  public JournalRecord {
    entries = List.copyOf(entries);
    if (base < 0 || first < base || entries.isEmpty() || first > Long.MAX_VALUE - entries.size()) {
      throw new MalformedEntryException("journal", "a record that follows no tree");
    }
  }

  /** Size of the tree with these entries. */
  public long end() {
    return first + entries.size();
  }

  /** Base, its root, first index, root; then each entry after its length, as in a bundle. */
  byte[] encode() {
    ByteBuffer body = ByteBuffer.allocate(Math.addExact(FIXED_BYTES, Tiles.bytes(entries)));
    body.putLong(base).put(baseRoot.bytes()).putLong(first).put(root.bytes());
    Tiles.put(body, entries);
    return body.array();
  }

  /**
   * Reads a record's body back. Who wrote it is for the caller to check.
   *
   * @throws MalformedEntryException if it is not of that form
   */
  public static JournalRecord parse(byte[] body) {
    if (body.length < FIXED_BYTES) {
      throw new MalformedEntryException("journal", "a record of " + body.length + " bytes");
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    long base = in.getLong();
    TreeHash baseRoot = hash(in);
    long first = in.getLong();
    TreeHash root = hash(in);
    byte[] entries = new byte[in.remaining()];
    in.get(entries);
    return new JournalRecord(base, baseRoot, first, root, Tiles.entries(entries));
  }

  private static TreeHash hash(ByteBuffer in) {
    byte[] bytes = new byte[TreeHash.BYTES];
    in.get(bytes);
    return TreeHash.of(bytes);
  }
}

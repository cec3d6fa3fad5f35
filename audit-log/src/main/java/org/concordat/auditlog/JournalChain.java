package org.concordat.auditlog;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * What a journal holds when it is found: records that lead from one tree to the next. Each append
 * waited for the one before it to be durable, so only the last record can be torn, and it was never
 * acknowledged; behind it may lie whole records of an earlier, emptied journal.
 *
 * @param records in order, each beginning where the one before it ended; may be empty
 * @param reach the largest tree that any whole record leads to, those of an earlier journal
 *     included
 * @param follows whether a record that follows these lies behind one that is not whole
 */
record JournalChain(List<JournalRecord> records, long reach, boolean follows) {
  /** Records begin at multiples of this, so that writing one touches no block of another. */
  static final int BLOCK = 4096;

  /** Magic, length of the body, authenticator. */
  static final int HEADER_BYTES = Long.BYTES + Integer.BYTES + 32;

  private static final long MAGIC = 0x436f6e4a726e6c31L; // "ConJrnl1"

  static byte[] frame(byte[] body, Mac mac) {
    int length = HEADER_BYTES + body.length;
    ByteBuffer frame = ByteBuffer.allocate((length + BLOCK - 1) / BLOCK * BLOCK);
    frame.putLong(MAGIC).putInt(body.length).put(mac.doFinal(body)).put(body);
    return frame.array();
  }

  static JournalChain read(byte[] journal, Mac mac) {
    List<JournalRecord> chain = new ArrayList<>();
    boolean broken = false;
    boolean follows = false;
    long reach = 0;
    int at = 0;
    while (at + HEADER_BYTES <= journal.length) {
      Optional<JournalRecord> found = record(journal, at, mac);
      if (found.isEmpty()) {
        broken = true;
        at += BLOCK;
        continue;
      }
      JournalRecord record = found.get();
      if (!broken && continues(chain, record)) {
        chain.add(record);
      } else {
        broken = true;
        follows |= !chain.isEmpty() && record.base() == chain.get(0).base();
      }
      reach = Math.max(reach, record.end());
      at += frameLength(journal, at);
    }
    return new JournalChain(List.copyOf(chain), reach, follows);
  }

  /** Size of the tree that the records lead to; 0 without records. */
  long end() {
    return records.isEmpty() ? 0 : records.get(records.size() - 1).end();
  }

  private static boolean continues(List<JournalRecord> chain, JournalRecord record) {
    if (chain.isEmpty()) {
      return record.first() == record.base();
    }
    JournalRecord last = chain.get(chain.size() - 1);
    return record.base() == last.base()
        && record.baseRoot().equals(last.baseRoot())
        && record.first() == last.end();
  }

  private static Optional<JournalRecord> record(byte[] journal, int at, Mac mac) {
    ByteBuffer header = ByteBuffer.wrap(journal, at, HEADER_BYTES);
    if (header.getLong() != MAGIC) {
      return Optional.empty();
    }
    int length = header.getInt();
    if (length < 0 || length > journal.length - at - HEADER_BYTES) {
      return Optional.empty();
    }
    byte[] authenticator = new byte[mac.getMacLength()];
    header.get(authenticator);
    int from = at + HEADER_BYTES;
    byte[] body = Arrays.copyOfRange(journal, from, from + length);
    if (!MessageDigest.isEqual(authenticator, mac.doFinal(body))) {
      return Optional.empty();
    }
    try {
      return Optional.of(JournalRecord.parse(body));
    } catch (MalformedEntryException notOurs) {
      return Optional.empty();
    }
  }

  private static int frameLength(byte[] journal, int at) {
    int length = HEADER_BYTES + ByteBuffer.wrap(journal, at + Long.BYTES, Integer.BYTES).getInt();
    return (length + BLOCK - 1) / BLOCK * BLOCK;
  }
}

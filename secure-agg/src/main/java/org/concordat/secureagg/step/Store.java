package org.concordat.secureagg.step;

import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * Which store a member speaks from, and the count of what it has said from it: every statement is
 * stamped with both ("Incarnations").
 */
public final class Store {
  private Store() {}

  /**
   * What the last statement was.
   *
   * @param counter its number, from 1
   * @param digest of its sealed bytes
   */
  public record Last(long counter, Digest digest) {
    private static final Last NONE = new Last(0, Digest.NONE);

    public static Last of(Transaction tx) {
      return tx.get(Key.STORE_LAST).map(Last::decode).orElse(NONE);
    }

    private byte[] encode() {
      return new ByteWriter().i64(counter).raw(digest.bytes()).toBytes();
    }

    private static Last decode(byte[] bytes) {
      ByteReader in = new ByteReader(bytes);
      return new Last(in.i64(), new Digest(in.raw(Digest.SIZE_BYTES)));
    }
  }

  public static Incarnation own(Transaction tx) {
    return new Incarnation(tx.needBytes(Key.STORE));
  }

  public static boolean confirmed(Transaction tx) {
    return tx.has(Key.STORE_CONFIRMED);
  }

  /** The stamp of the next statement. */
  static Stamp next(Transaction tx) {
    return new Stamp(own(tx), Last.of(tx).counter + 1);
  }

  static void said(Transaction tx, Stamp stamp, Bytes sealed) {
    tx.put(Key.STORE_LAST, new Last(stamp.counter(), sealed.sha256()).encode());
  }

  /** A new store signs nothing but its query. */
  public static void requireConfirmed(Participant me, Transaction tx) throws Refusal {
    if (confirmed(tx)) {
      return; // every statement comes here: the roster is only read to say how many must answer
    }
    throw new Refusal(
        Reason.STORE_UNCONFIRMED,
        me.self(),
        ("this site's store is new: it takes part once %d other members have said what the lost one"
                + " may have done")
            .formatted(Pinned.alliance(me, tx).quorum()));
  }
}

package org.concordat.secureagg.server;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Blame;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.OpeningRequest;

/**
 * A complaint and the openings so far.
 *
 * @param epoch the number
 * @param complainer its index
 * @param accused its index
 * @param digest of the complaint
 * @param sealed the complaint as it was signed
 * @param openings sealed, by index
 * @param verdict as judged with what is there; UNRESPONSIVE while a needed opening is missing
 */
record OpenDispute(
    long epoch,
    int complainer,
    int accused,
    Digest digest,
    Bytes sealed,
    SortedMap<Integer, Bytes> openings,
    Verdict verdict) {

  static OpenDispute of(
      Notary notary, EpochStart start, int complainer, Bytes sealed, Complaint complaint)
      throws Refusal {
    Verdict verdict = Blame.judge(notary, new Dispute(complaint.epoch(), sealed, List.of()), start);
    return new OpenDispute(
        complaint.epoch(),
        complainer,
        complaint.accused(),
        complaint.digest(),
        sealed,
        new TreeMap<>(),
        verdict);
  }

  /** Judged again, with this opening. */
  OpenDispute with(Notary notary, EpochStart start, int opener, Bytes opening) throws Refusal {
    SortedMap<Integer, Bytes> all = new TreeMap<>(openings);
    all.put(opener, opening);
    Verdict next =
        Blame.judge(notary, new Dispute(epoch, sealed, List.copyOf(all.values())), start);
    return new OpenDispute(epoch, complainer, accused, digest, sealed, all, next);
  }

  boolean concerns(int index) {
    return index == complainer || index == accused;
  }

  boolean hasOpening(int index) {
    return openings.containsKey(index);
  }

  boolean decided() {
    return verdict.reason() != Reason.UNRESPONSIVE;
  }

  /** Asks the accused to open its keys. */
  OpeningRequest request() {
    return new OpeningRequest(epoch, sealed);
  }

  Dispute message() {
    return new Dispute(epoch, sealed, List.copyOf(openings.values()));
  }
}

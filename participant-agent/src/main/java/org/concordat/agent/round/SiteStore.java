package org.concordat.agent.round;

import com.google.protobuf.ByteString;
import org.concordat.agent.report.Reports;
import org.concordat.secureagg.member.Member;

/**
 * Which store this site speaks from, whether it was compared with the one that spoke last, and
 * whether it can be written. Changed on the mailbox only.
 */
public final class SiteStore {
  private final DurableMember member;
  private final Reports reports;
  private volatile ByteString incarnation = ByteString.EMPTY;
  private boolean compared;
  private boolean writable = true;

  public SiteStore(DurableMember member, Reports reports) {
    this.member = member;
    this.reports = reports;
  }

  /** 16 bytes; empty before the store has one. For any thread. */
  public ByteString incarnation() {
    return incarnation;
  }

  /**
   * Whether a session is open in which this store was compared with the one that spoke last. Before
   * that nothing may be uploaded: an old copy would send a second vector under one mask.
   */
  boolean isCompared() {
    return compared;
  }

  /** The session's opening, or its end. */
  public void compared(boolean now) {
    compared = now;
  }

  public boolean isWritable() {
    return writable;
  }

  public void writable(boolean now) {
    writable = now;
  }

  /**
   * Takes the incarnation as it is now, for everybody to see.
   *
   * @param quorum how many others must answer what they know of a lost store
   */
  void show(int quorum) {
    Member now = member.member();
    incarnation = ByteString.copyFrom(now.incarnation().bytes().toArray());
    reports.show(
        "store",
        now.confirmed()
            ? now.incarnation().shortHex()
            : ("this site's store is new (%s): waiting for %s other members to answer what"
                    + " they know of the lost one. Nothing is signed until then")
                .formatted(now.incarnation().shortHex(), quorum));
  }
}

package org.concordat.agent.round;

import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.concordat.agent.report.Reports;
import org.concordat.agent.session.Link;
import org.concordat.agent.site.FirstStoreMark;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.step.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom this site takes part: its store's incarnation, and the alliance that it has pinned.
 *
 * @param alliance of the roster in force
 * @param suspended whether this site takes no part in it for now: it then keeps what it had pinned
 */
public record Membership(
    ProtocolSteps steps,
    SiteStore store,
    FirstStoreMark firstStore,
    Supplier<Alliance> alliance,
    BooleanSupplier suspended,
    Link link,
    Reports reports) {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  /** The store's incarnation first, nothing is said without one; then the alliance is pinned. */
  public void begin() {
    Optional<Incarnation> first = firstStore.mark();
    try {
      steps.act(
          steps.take(
              member -> member.begin(first), first.map(firstStore::change).stream().toList()));
    } catch (Refusal refusal) {
      steps.refused(refusal);
      return;
    }
    firstStore.remove();
    pin();
    show();
  }

  /** Whether this store is the one that spoke last; if it is new, the others are asked. */
  public void welcomed(byte[] lastStatement) {
    Optional<byte[]> last = Optional.of(lastStatement).filter(bytes -> bytes.length > 0);
    steps.attempt(member -> member.welcomed(last));
    steps.attempt(Member::query); // of a new store, until all have answered
    store.compared(true);
    show();
  }

  /** Another roster is in force. */
  public void rosterChanged() {
    pin();
    steps.attempt(Member::query); // answers are about a roster
  }

  private void pin() {
    if (suspended.getAsBoolean()) {
      return;
    }
    Alliance now = alliance.get();
    steps.attempt(member -> member.pin(now));
  }

  private void show() {
    if (!suspended.getAsBoolean()) {
      store.show(alliance.get().quorum());
    }
  }

  void confirmed(Notice.StoreConfirmed confirmed) {
    LOG.warn(
        "the other members have answered: this site's new store {} takes part from epoch {} on",
        confirmed.store().shortHex(),
        confirmed.aboveEpoch() + 1);
    show();
  }

  void lost(Notice.StoreLost lost) {
    reports.alarm(
        ("ALARM: this site's store %s is an old copy or has a clone: %s. It goes on as"
                + " the new store %s, which signs nothing until other members have answered. Next:"
                + " make sure that only one agent runs with this member's keys, and that state/ is"
                + " never restored")
            .formatted(lost.lost().shortHex(), lost.why(), lost.now().shortHex()));
    show();
    link.restart();
  }
}

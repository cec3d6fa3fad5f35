package org.concordat.agent.inbound;

import java.nio.file.Path;
import java.time.Duration;
import org.concordat.agent.report.Reports;
import org.concordat.agent.round.DurableMember;
import org.concordat.agent.round.Membership;
import org.concordat.agent.round.SiteStore;
import org.concordat.agent.session.Link;
import org.concordat.agent.work.Threads;
import org.concordat.store.StoreTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store that cannot be written: nothing of the message that met it was sent. The session is
 * ended, and opened again once the store can be written; the coordinator then tells again whatever
 * it waits for.
 *
 * @param home where the store is
 */
public record StoreRecovery(
    DurableMember member,
    SiteStore store,
    Membership membership,
    Threads threads,
    Link link,
    Reports reports,
    Path home) {
  private static final Logger LOG = LoggerFactory.getLogger(StoreRecovery.class);
  private static final Duration RETRY = Duration.ofSeconds(5);

  /** What a message threw. */
  public void failed(RuntimeException failure) {
    if (!StoreTrouble.is(failure)) {
      LOG.error("a message failed: {}", failure.getMessage(), failure);
      return;
    }
    if (store.isWritable()) {
      store.writable(false);
      reports.alarm(
          ("this site's state cannot be written: %s. Nothing was sent that is not stored,"
                  + " and this site takes part again by itself once it can be: free space below"
                  + " %s, or make it writable")
              .formatted(StoreTrouble.said(failure), home));
      link.hold();
      threads.postAfter(RETRY, this::tryAgain);
    }
  }

  private void tryAgain() {
    try {
      member.probe();
    } catch (RuntimeException still) {
      threads.postAfter(RETRY, this::tryAgain);
      return;
    }
    store.writable(true);
    LOG.warn("this site's state can be written again: the session is opened again");
    membership.begin();
    link.resume();
  }
}

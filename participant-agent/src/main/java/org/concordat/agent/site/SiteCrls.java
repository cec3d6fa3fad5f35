package org.concordat.agent.site;

import java.time.Instant;
import java.util.List;
import org.concordat.agent.stored.Kinds;
import org.concordat.certs.CertsException;
import org.concordat.certs.Crl;
import org.concordat.certs.Crls;
import org.concordat.certs.InForce;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocation lists that this site has verified, from the coordinator or from the file in its
 * home. No older one replaces a newer one: who hides or replays lists gains nothing.
 */
public final class SiteCrls {
  private static final Logger LOG = LoggerFactory.getLogger(SiteCrls.class);

  private final Rosters rosters;
  private final Entries entries;
  private volatile Crls crls;

  SiteCrls(Rosters rosters, Entries entries) {
    this.rosters = rosters;
    this.entries = entries;
    this.crls = Crls.of(entries.all(Kinds.CRLS).values().stream().map(Crl::parseOne).toList());
  }

  /** What peers are judged by now. */
  public InForce inForce() {
    return InForce.of(rosters.chain(), crls);
  }

  /** In no order. */
  public List<Crl> all() {
    return crls.all();
  }

  /**
   * Takes a newer list. Durable when it returns.
   *
   * @param at now, by the wall clock
   * @throws CertsException where it is refused, see {@link Crls#with}; the one in force stays
   */
  public synchronized void offer(Crl crl, Instant at) {
    if (crls.has(crl)) {
      return;
    }
    InForce now = inForce();
    Crls more = now.crls().with(crl, now.roots(), now.roster(), at);
    entries.put(Kinds.CRLS, crl.issuerKey().hex(), crl.toPem());
    crls = more;
    LOG.info(
        "revocation list {} of {} is in force",
        crl.number(),
        crl.issuer().getSubjectX500Principal());
  }
}

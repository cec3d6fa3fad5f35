package org.concordat.agent.inbound;

import java.time.Clock;
import org.concordat.agent.session.Link;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.CertsException;
import org.concordat.certs.Crl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Revocation lists, which the coordinator and this site tell each other. */
public record CrlMessages(Rosters rosters, Link link, Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(CrlMessages.class);

  void connected() {
    rosters.crls().all().forEach(crl -> link.carry(crl.toPem()));
  }

  void listed(byte[] crl) {
    try {
      rosters.crls().offer(Crl.parseOne(crl), clock.instant());
    } catch (CertsException refused) {
      LOG.warn("a revocation list from the coordinator was not taken: {}", refused.getMessage());
    }
  }
}

package org.concordat.coordinator.regional;

import org.concordat.certs.Sha256;
import org.concordat.coordinator.access.AccessRecorder;
import org.concordat.coordinator.access.TurnedAway;
import org.concordat.iam.AccessDecision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An aggregator keeps no audit log: whom it refuses is in its own program's log. */
public final class RefusalLog implements AccessRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

  @Override
  public void decided(String method, AccessDecision decision) {
    if (!decision.allowed()) {
      LOG.warn("{} was denied: {}", method, decision.explanation());
    }
  }

  @Override
  public void former(String method, String member, Sha256 certificate, String why) {
    LOG.warn("{} of '{}' was denied: {}", method, member, why);
  }

  @Override
  public void unauthenticated(String method, String reason) {
    LOG.debug("{} of nobody known: {}", method, reason);
  }

  /** Who asked for more than a limit allows. */
  public static void turnedAway(TurnedAway.Flood flood) {
    LOG.warn("{} was turned away {} times: {}", flood.who(), flood.times(), flood.limit().key());
  }
}

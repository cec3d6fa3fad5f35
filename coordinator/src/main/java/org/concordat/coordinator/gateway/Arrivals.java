package org.concordat.coordinator.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.protocol.v1.Hello;
import org.concordat.secureagg.Incarnation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Agents that come and go. On the mailbox thread. */
public final class Arrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

  private final Sessions sessions;
  private final RoundMessages rounds;
  private final CatchUp catchUp;
  private final AllianceMessages alliance;
  private final Duration clockTolerance;
  private final Consumer<String> changed;

  /**
   * @param clockTolerance by which a member's clock may be off without a warning
   * @param changed told "" when members come or go
   */
  public Arrivals(
      Sessions sessions,
      RoundMessages rounds,
      CatchUp catchUp,
      AllianceMessages alliance,
      Duration clockTolerance,
      Consumer<String> changed) {
    this.sessions = sessions;
    this.rounds = rounds;
    this.catchUp = catchUp;
    this.alliance = alliance;
    this.clockTolerance = clockTolerance;
    this.changed = changed;
  }

  void connected(Session session, Hello hello) {
    rounds.commit(); // what the member is told below must be durable
    sessions.open(session);
    LOG.info("{} connected", session.member());
    compareClocks(session, hello);
    if (hello.getIncarnation().size() == Incarnation.SIZE_BYTES) {
      session.store(Incarnation.of(hello.getIncarnation().toByteArray()));
    }
    catchUp.connected(session.member());
    alliance.connected(session.member());
    changed.accept("");
  }

  /** A clock that is off ends certificates too early or too late: named with both times. */
  private void compareClocks(Session session, Hello hello) {
    Instant here = session.since();
    Instant there = Instant.ofEpochMilli(hello.getUnixMillis());
    if (hello.getUnixMillis() != 0
        && Duration.between(here, there).abs().compareTo(clockTolerance) > 0) {
      String warning =
          "its clock says %s, the coordinator's %s: set the one that is wrong"
              .formatted(seconds(there), seconds(here));
      session.warning(warning);
      LOG.warn("{}: {}", session.member(), warning);
    }
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  void disconnected(Session session) {
    if (sessions.ended(session)) {
      LOG.info("{} disconnected", session.member());
      changed.accept("");
    }
  }
}

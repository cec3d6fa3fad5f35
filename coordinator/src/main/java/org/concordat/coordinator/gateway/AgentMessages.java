package org.concordat.coordinator.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.epoch.SetUp;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.UploadCommitment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What agents send, on the mailbox thread: each message is opened and goes, by its type, to those
 * that take it: stores, epochs, draws, jobs, or the round whose token it is about.
 */
public final class AgentMessages implements Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(AgentMessages.class);

  private final Notary notary;
  private final Sessions sessions;
  private final LastStatements statements;
  private final SetUp setUp;
  private final Jobs jobs;
  private final RoundMessages rounds;
  private final CatchUp catchUp;
  private final EpochLog log;
  private final AllianceMessages alliance;
  private final Duration clockTolerance;
  private final Consumer<String> goOn;
  private final Consumer<String> changed;

  /**
   * @param clockTolerance by which a member's clock may be off without a warning
   * @param goOn told a job that may have its consents now
   * @param changed told "" when members come or go
   */
  public AgentMessages(
      Notary notary,
      Sessions sessions,
      LastStatements statements,
      SetUp setUp,
      Jobs jobs,
      RoundMessages rounds,
      CatchUp catchUp,
      EpochLog log,
      AllianceMessages alliance,
      Duration clockTolerance,
      Consumer<String> goOn,
      Consumer<String> changed) {
    this.notary = notary;
    this.sessions = sessions;
    this.statements = statements;
    this.setUp = setUp;
    this.jobs = jobs;
    this.rounds = rounds;
    this.catchUp = catchUp;
    this.log = log;
    this.alliance = alliance;
    this.clockTolerance = clockTolerance;
    this.goOn = goOn;
    this.changed = changed;
  }

  @Override
  public void received(String member, byte[] sealed) {
    try {
      Notary.Opened opened = notary.open(sealed);
      if (!opened.sender().equals(member)) {
        throw new BadEnvelopeException(
            "signed by '" + opened.sender() + "', sent by '" + member + "'");
      }
      statements.heard(opened, sealed);
      route(member, sealed, opened);
    } catch (BadEnvelopeException | MalformedMessageException bad) {
      log.badMessage(member, "a message was not acted upon: " + bad.getMessage());
    }
  }

  private void route(String member, byte[] sealed, Notary.Opened opened) {
    if (setUp.received(opened, sealed)) {
      return;
    }
    if (opened.type().equals(Job.CONSENT_TYPE)) {
      jobs.consent(member, opened).map(Job::id).ifPresent(goOn);
    } else {
      rounds.received(opened, sealed);
    }
  }

  @Override
  public void connected(Session session, Hello hello) {
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

  @Override
  public void disconnected(Session session) {
    if (sessions.ended(session)) {
      LOG.info("{} disconnected", session.member());
      changed.accept("");
    }
  }

  @Override
  public void reported(Session session, AgentReport report) {
    session.state(report.getState());
    jobs.reported(session.member(), report);
  }

  @Override
  public void refused(Session session, Refused refused) {
    rounds.refused(session, refused);
  }

  @Override
  public void cosigned(String member, LogCosignature answer) {
    alliance.witnesses().answered(member, answer);
  }

  @Override
  public void approved(Session session, RosterApproval approval) {
    alliance.membership().followed(session.member(), approval);
  }

  @Override
  public void listed(String member, byte[] crl) {
    alliance.membership().carried(member, crl);
  }

  @Override
  public void stated(String member, byte[] sealedFacts) {
    alliance.facts().carried(member, sealedFacts);
  }

  @Override
  public int requireExpected(String member, UploadCommitment commitment)
      throws UploadRefusedException {
    return rounds.requireExpected(member, commitment);
  }

  /** A member that is none any more since its upload began has brought nothing. */
  @Override
  public void uploaded(String member, byte[] sealed, UploadCommitment commitment)
      throws UploadRefusedException {
    try {
      notary.open(sealed);
    } catch (BadEnvelopeException gone) {
      throw new UploadRefusedException(String.valueOf(gone.getMessage()));
    }
    rounds.uploaded(member, sealed, commitment);
  }
}

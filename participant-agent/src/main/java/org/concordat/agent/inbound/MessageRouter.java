package org.concordat.agent.inbound;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.util.List;
import org.concordat.agent.approval.JobAnswers;
import org.concordat.agent.policy.SiteFacts;
import org.concordat.agent.report.Reports;
import org.concordat.agent.round.Membership;
import org.concordat.agent.round.SealedMessages;
import org.concordat.agent.round.Training;
import org.concordat.agent.session.Link;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.RostersFile;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.agent.witness.LogWitness;
import org.concordat.certs.CertsException;
import org.concordat.certs.Crl;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.Welcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes each message of a session to whom it is for, by its kind. */
public record MessageRouter(
    Membership membership,
    SealedMessages sealed,
    JobAnswers answers,
    Training training,
    Rosters rosters,
    SiteFacts facts,
    RostersFile rostersFile,
    SiteDocuments documents,
    Departures departures,
    LogWitness witness,
    Reports reports,
    Link link,
    Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(MessageRouter.class);

  void welcomed(Welcome welcome) {
    membership.welcomed(welcome.getLastStatement().toByteArray());
    rosters.crls().all().forEach(crl -> link.carry(crl.toPem()));
    facts.connected();
  }

  void handle(SessionDown message) {
    switch (message.getKindCase()) {
      case SEALED -> sealed.handle(message.getSealed().toByteArray());
      case ROSTER_CHAIN -> {
        offered(message.getRosterChain().toByteArray());
        documented(message.getDocumentsList());
      }
      case FACTS -> facts.shown(message.getFacts().toByteArray());
      case CRL -> listed(message.getCrl().toByteArray());
      case MEMBER_EXIT -> departures.left(message.getMemberExit().toByteArray());
      case JOB_PROPOSAL -> answers.proposed(message.getJobProposal().getSealedSpec().toByteArray());
      case JOB_CLOSED -> {
        answers.closed(message.getJobClosed());
        training.closed(message.getJobClosed());
      }
      case LOG_HEAD -> witness.shown(message.getLogHead());
      default -> LOG.warn("the coordinator sent a message of a kind this agent does not know");
    }
  }

  private void listed(byte[] crl) {
    try {
      rosters.crls().offer(Crl.parseOne(crl), clock.instant());
    } catch (CertsException refused) {
      LOG.warn("a revocation list from the coordinator was not taken: {}", refused.getMessage());
    }
  }

  /** Documents are looked for in the chain that this site has taken. */
  private void documented(List<ByteString> sent) {
    documents.offer(sent).forEach(reports::alarm);
    documents.missing().forEach(reports::alarm);
  }

  private void offered(byte[] chain) {
    try {
      if (rosters.offer(chain)) {
        LOG.info("roster version {} is in force", rosters.latest().version());
        rostersFile.keep(rosters.chain());
        if (!departures.isOver() && !departures.tellSuspended()) {
          membership.rosterChanged();
        }
      }
    } catch (CertsException forged) {
      reports.alarm("a roster chain was refused: " + forged.getMessage());
    }
  }
}

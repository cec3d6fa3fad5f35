package org.concordat.agent.inbound;

import org.concordat.agent.approval.JobAnswers;
import org.concordat.agent.round.Membership;
import org.concordat.agent.round.SealedMessages;
import org.concordat.agent.round.Training;
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
    AllianceMessages alliance) {
  private static final Logger LOG = LoggerFactory.getLogger(MessageRouter.class);

  void welcomed(Welcome welcome) {
    membership.welcomed(welcome.getLastStatement().toByteArray());
    alliance.connected();
  }

  void handle(SessionDown message) {
    switch (message.getKindCase()) {
      case SEALED -> sealed.handle(message.getSealed().toByteArray());
      case ROSTER_CHAIN ->
          alliance
              .rosters()
              .offered(message.getRosterChain().toByteArray(), message.getDocumentsList());
      case FACTS -> alliance.facts().shown(message.getFacts().toByteArray());
      case CRL -> alliance.crls().listed(message.getCrl().toByteArray());
      case MEMBER_EXIT -> alliance.departures().left(message.getMemberExit().toByteArray());
      case JOB_PROPOSAL -> answers.proposed(message.getJobProposal().getSealedSpec().toByteArray());
      case JOB_CLOSED -> {
        answers.closed(message.getJobClosed());
        training.closed(message.getJobClosed());
      }
      case LOG_HEAD -> alliance.witness().shown(message.getLogHead());
      default -> LOG.warn("the coordinator sent a message of a kind this agent does not know");
    }
  }
}

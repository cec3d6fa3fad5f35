package org.concordat.coordinator.gateway;

import org.concordat.coordinator.job.Consenting;
import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.coordinator.upload.UploadRefusedException;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.secureagg.message.UploadCommitment;

/** What agents send, by its kind to those that take it. On the mailbox thread. */
public final class AgentMessages implements Receiver {
  private final Arrivals arrivals;
  private final SealedRouting sealed;
  private final Consenting consenting;
  private final RoundMessages rounds;
  private final AllianceMessages alliance;

  public AgentMessages(
      Arrivals arrivals,
      SealedRouting sealed,
      Consenting consenting,
      RoundMessages rounds,
      AllianceMessages alliance) {
    this.arrivals = arrivals;
    this.sealed = sealed;
    this.consenting = consenting;
    this.rounds = rounds;
    this.alliance = alliance;
  }

  @Override
  public void connected(Session session, Hello hello) {
    arrivals.connected(session, hello);
  }

  @Override
  public void disconnected(Session session) {
    arrivals.disconnected(session);
  }

  @Override
  public void received(String member, byte[] envelope) {
    sealed.received(member, envelope);
  }

  @Override
  public void reported(Session session, AgentReport report) {
    session.state(report.getState());
    consenting.reported(session.member(), report);
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

  @Override
  public void uploaded(String member, byte[] envelope, UploadCommitment commitment)
      throws UploadRefusedException {
    sealed.uploaded(member, envelope, commitment);
  }
}

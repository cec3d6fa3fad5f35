package org.concordat.coordinator.gateway;

import org.concordat.coordinator.session.Sessions.Session;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;

/** Where intake hands things on; every method runs on the mailbox thread. */
public interface Receiver extends UploadDesk {
  /** An agent's session is open: it is told whatever it must know now. */
  void connected(Session session, Hello hello);

  /** A session has ended, for whatever reason. */
  void disconnected(Session session);

  /** One sealed envelope from an agent's session, not opened yet. */
  void received(String member, byte[] sealed);

  /** What an agent did not act upon, and why. */
  void refused(Session session, Refused refused);

  /** What a member says to a head of the audit log. */
  void cosigned(String member, LogCosignature answer);

  /** An agent's signature on the roster without a member that has left. */
  void approved(Session session, RosterApproval approval);

  /** A revocation list that a member knows, in PEM. */
  void listed(String member, byte[] crl);

  /** What a member states about itself: a sealed sheet of facts. */
  void stated(String member, byte[] sealedFacts);

  /** What an agent says of itself. */
  void reported(Session session, AgentReport report);
}

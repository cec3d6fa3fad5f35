package org.concordat.agent.session;

import com.google.protobuf.ByteString;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.protocol.v1.Welcome;

/**
 * Keeps one session with the coordinator open. What is sent while there is no session is dropped:
 * the coordinator tells a member that connects whatever it still waits for, and the answer is sent
 * again.
 */
public interface Link extends AutoCloseable {
  /** What comes in, one call at a time; and what becomes of the connection. */
  public interface Listener {
    /** What this site says of itself at the opening of a session. */
    Hello hello();

    /** A session is open; the first of its messages. */
    void connected(Welcome welcome);

    void disconnected(String reason);

    void received(SessionDown message);
  }

  /** Connects, and keeps doing so. */
  void start(Listener to);

  /** Ends the session, if there is one, and opens another on a new connection. */
  void restart();

  /** Ends the session, and opens none until {@link #resume}. */
  void hold();

  /** Opens sessions again. */
  void resume();

  /** Sends a message, if there is a session. */
  void push(SessionUp message);

  /** Sends a sealed envelope, if there is a session. */
  default void send(byte[] sealed) {
    push(SessionUp.newBuilder().setSealed(ByteString.copyFrom(sealed)).build());
  }

  /** Says what this agent is doing, if there is a session. */
  default void report(AgentReport report) {
    push(SessionUp.newBuilder().setReport(report).build());
  }

  /** Says what this site did not do and why, if there is a session. */
  default void refused(Refused refused) {
    push(SessionUp.newBuilder().setRefused(refused).build());
  }

  /** Answers a head of the audit log, if there is a session. */
  default void cosigned(LogCosignature answer) {
    push(SessionUp.newBuilder().setLogCosignature(answer).build());
  }

  /** Signs the roster without a member that has left, if there is a session. */
  default void approve(RosterApproval approval) {
    push(SessionUp.newBuilder().setRosterApproval(approval).build());
  }

  /** Carries a revocation list in PEM to the coordinator, if there is a session. */
  default void carry(byte[] crl) {
    push(SessionUp.newBuilder().setCrl(ByteString.copyFrom(crl)).build());
  }

  /** Carries what this site states about itself to the coordinator, if there is a session. */
  default void state(byte[] sealedFacts) {
    push(SessionUp.newBuilder().setFacts(ByteString.copyFrom(sealedFacts)).build());
  }

  @Override
  void close();
}

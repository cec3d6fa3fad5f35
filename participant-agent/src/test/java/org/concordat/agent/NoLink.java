package org.concordat.agent;

import org.concordat.agent.session.Link;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;

/** No session, ever. */
public class NoLink implements Link {
  @Override
  public void start(Listener to) {}

  @Override
  public void restart() {}

  @Override
  public void hold() {}

  @Override
  public void resume() {}

  @Override
  public void send(byte[] sealed) {}

  @Override
  public void report(AgentReport report) {}

  @Override
  public void refused(Refused refused) {}

  @Override
  public void cosigned(LogCosignature answer) {}

  @Override
  public void approve(RosterApproval approval) {}

  @Override
  public void carry(byte[] crl) {}

  @Override
  public void state(byte[] sealedFacts) {}

  @Override
  public void close() {}
}

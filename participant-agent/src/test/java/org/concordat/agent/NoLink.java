package org.concordat.agent;

import org.concordat.agent.session.Link;
import org.concordat.protocol.v1.SessionUp;

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
  public void push(SessionUp message) {}

  @Override
  public void close() {}
}

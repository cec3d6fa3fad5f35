package org.concordat.bench;

import org.concordat.agent.session.Link;
import org.concordat.protocol.v1.SessionUp;

/** An agent that never has a session: its policy is asked, and nothing else. */
final class Offline implements Link {
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

package org.concordat.coordinator.session;

import java.util.List;
import java.util.function.BiConsumer;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.concordat.secureagg.Notary;

/**
 * What goes over agents' sessions. A test makes a coordinator lie with it: the rest of the program
 * stays the real one. What answers calls outside sessions (evidence, downloads) a test changes with
 * an observer, see {@link org.concordat.coordinator.Coordinator#start}.
 */
public interface Traffic {
  /** Sends what is to be sent. */
  Traffic HONEST = new Traffic() {};

  /**
   * Called once, before anything is sent.
   *
   * @param notary seals as this coordinator, opens what anybody of the roster sealed
   * @param push sends a member a message as it is, past {@link #down}, soon and in order, if the
   *     member is connected; from any thread
   */
  default void attached(Notary notary, BiConsumer<String, SessionDown> push) {}

  /**
   * What is really sent, in order, where {@code message} would be; may be empty. The welcome comes
   * on a thread of the call, everything else on the mailbox thread.
   */
  default List<SessionDown> down(String member, SessionDown message) {
    return List.of(message);
  }

  /** Sees what an agent has sent, before it is handled; on a thread of the call. */
  default void up(String member, SessionUp message) {}
}

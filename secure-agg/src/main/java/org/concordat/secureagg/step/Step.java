package org.concordat.secureagg.step;

import java.util.List;
import org.concordat.secureagg.Bytes;

/**
 * What one input led to. The application (1) makes every Persist, PersistBlob and Erase durable in
 * ONE transaction, (2) only then performs the Sends and Uploads, in any order and as often as it
 * likes, (3) acts on the notices. Not performing (1) after a step was returned leaves the Member
 * ahead of its disk: restore it from the disk instead.
 */
public record Step(List<Action> actions, List<Notice> notices) {
  public static final Step NOTHING = new Step(List.of(), List.of());

  public Step {
    actions = List.copyOf(actions);
    notices = List.copyOf(notices);
  }

  /** The sealed messages to send. */
  public List<Bytes> sends() {
    return actions.stream()
        .filter(Action.Send.class::isInstance)
        .map(action -> ((Action.Send) action).sealed())
        .toList();
  }
}

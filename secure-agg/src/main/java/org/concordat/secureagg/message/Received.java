package org.concordat.secureagg.message;

import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Stamp;

/** A sealed message that was opened, decoded and found bound to its envelope. */
public record Received(String sender, Stamp stamp, Message message) {
  /** Which of the sender's stores made it. */
  public Incarnation incarnation() {
    return stamp.incarnation();
  }
}

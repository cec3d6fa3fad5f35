package org.concordat.secureagg.envelope;

import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.message.Message;

/** A sealed message that was opened, decoded and found bound to its envelope. */
public record Received(String sender, Stamp stamp, Message message) {
  /** Which of the sender's stores made it. */
  public Incarnation incarnation() {
    return stamp.incarnation();
  }
}

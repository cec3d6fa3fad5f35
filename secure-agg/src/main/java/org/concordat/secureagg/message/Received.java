package org.concordat.secureagg.message;

/** A sealed message that was opened, decoded and found bound to its envelope. */
public record Received(String sender, Message message) {}

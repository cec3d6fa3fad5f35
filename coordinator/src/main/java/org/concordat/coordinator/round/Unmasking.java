package org.concordat.coordinator.round;

/**
 * The certificate is out; shares come in until T members have revealed. There is no way back: it
 * waits for them.
 */
public record Unmasking() implements RoundPhase {
  @Override
  public String label() {
    return "UNMASKING";
  }
}

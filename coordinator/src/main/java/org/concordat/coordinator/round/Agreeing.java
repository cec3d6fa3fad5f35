package org.concordat.coordinator.round;

/**
 * Members recompute the next state from the sum and sign it; T equal signatures make the
 * checkpoint.
 */
public record Agreeing() implements RoundPhase {
  @Override
  public String label() {
    return "AGREEING";
  }
}

package org.concordat.coordinator.round;

/**
 * Members promise never to reveal for this token. With T promises no quorum of reveals can exist
 * and the round is VOIDED; until then it waits, saying for whom.
 */
public record Voiding() implements RoundPhase {
  @Override
  public String label() {
    return "VOIDING";
  }
}

package org.concordat.secureagg.message;

/** A message about one attempt of a round, and so about the token that is burnt for it. */
public sealed interface TokenMessage extends Message
    permits UploadCommitment,
        Decline,
        Survivors,
        SurvivorSignature,
        Certificate,
        Reveal,
        PairRevealRequest,
        PairReveal,
        NonRevealRequest,
        NonReveal,
        NonRevealQuorum,
        StateSignature,
        Checkpoint {
  /** The token and the task. */
  TokenRef ref();

  @Override
  default long envelopeRound() {
    return ref().round();
  }

  @Override
  default int envelopeAttempt() {
    return ref().attempt();
  }
}

package org.concordat.secureagg.message;

/** What an epoch number's disputes and proofs are made of; the envelope's round binds it to it. */
public sealed interface EpochMessage extends Message
    permits DepositSet,
        DepositsChecked,
        Complaint,
        OpeningRequest,
        KeyOpening,
        Dispute,
        RoundEvidence,
        TwoStatements {
  /** The epoch's number, from 1. */
  long epoch();

  @Override
  default long envelopeRound() {
    return epoch();
  }

  @Override
  default int envelopeAttempt() {
    return 0;
  }
}

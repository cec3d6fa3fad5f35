package org.concordat.secureagg.message;

/** A message about an epoch number, which the envelope's round binds it to. */
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

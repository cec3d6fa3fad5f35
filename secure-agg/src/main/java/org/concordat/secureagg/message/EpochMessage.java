package org.concordat.secureagg.message;

/** A message of an epoch's set-up: bound to its number by the envelope's round. */
public sealed interface EpochMessage extends Message
    permits DepositSet, DepositsChecked, Complaint, OpeningRequest, KeyOpening, Dispute {
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

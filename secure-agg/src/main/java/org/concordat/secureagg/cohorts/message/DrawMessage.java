package org.concordat.secureagg.cohorts.message;

import org.concordat.secureagg.message.AllianceMessage;
import org.concordat.secureagg.message.Limits;

/** A message of a draw: bound to its number by the envelope's round. */
public sealed interface DrawMessage extends AllianceMessage
    permits DrawStart,
        DrawCommitment,
        CommitmentList,
        ListSignature,
        ListCertificate,
        DrawReveal,
        DrawCertificate {
  /** 0 to {@link Limits#DRAWS} − 1. */
  int number();

  @Override
  default long envelopeRound() {
    return number();
  }

  @Override
  default int envelopeAttempt() {
    return 0;
  }
}

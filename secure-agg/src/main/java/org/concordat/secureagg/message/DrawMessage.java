package org.concordat.secureagg.message;

/** A message of a draw: bound to its number by the envelope's round. */
public sealed interface DrawMessage extends Message
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

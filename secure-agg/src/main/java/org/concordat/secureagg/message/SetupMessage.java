package org.concordat.secureagg.message;

/** A message of the set-up of an epoch number, which the envelope's round binds it to. */
public sealed interface SetupMessage extends Message
    permits EpochKeys,
        KeySet,
        SectionHeader,
        Parcel,
        EncapsulationSet,
        DepositView,
        Manifest,
        ManifestSignature,
        ManifestCertificate {
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

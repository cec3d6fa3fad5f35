package org.concordat.secureagg.message;

import org.concordat.secureagg.Digest;

/** One message of the protocol. Equal messages have equal encodings and the other way round. */
public sealed interface Message
    permits EpochStart,
        SetupMessage,
        EpochMessage,
        Task,
        TokenMessage,
        Result,
        AllianceMessage,
        StoreQuery,
        StoreAnswer,
        StoreAnswers {
  /**
   * The payload type of the envelope, also the first field of the encoding (domain separation of
   * digests).
   */
  String type();

  /** The one encoding. */
  byte[] encode();

  /** The envelope's round: the round of a task's messages, the number of an epoch's. */
  long envelopeRound();

  /** The envelope's attempt. */
  int envelopeAttempt();

  /** SHA-256 of the encoding. */
  default Digest digest() {
    return Digest.sha256(encode());
  }
}

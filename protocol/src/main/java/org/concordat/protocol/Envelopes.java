package org.concordat.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SignedEnvelope;

/**
 * Seals and opens signed envelopes for one participant of one alliance. The signature (Ed25519, RFC
 * 8032) covers a domain-separation prefix and the envelope's bytes exactly as they travel.
 * Thread-safe.
 */
public final class Envelopes {
  private static final byte[] DOMAIN =
      "concordat-envelope-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int INCARNATION_BYTES = 16;

  /** Signs with this participant's identity key. */
  @FunctionalInterface
  public interface Signer {
    byte[] sign(byte[] message);
  }

  /** Checks a signature with the key that the roster in force gives for the sender. */
  @FunctionalInterface
  public interface Verifier {
    /** False also where the sender is unknown or revoked. */
    boolean verify(String sender, byte[] message, byte[] signature);
  }

  /** An envelope whose signature has been verified. */
  public record Opened(
      String sender,
      String type,
      long round,
      int attempt,
      long sequence,
      Stamp stamp,
      byte[] payload) {}

  /**
   * Which store of the sender made an envelope, and as its how manieth statement.
   *
   * @param incarnation 16 bytes, or none
   * @param counter from 1; 0 for what is not counted
   */
  public record Stamp(byte[] incarnation, long counter) {
    public static final Stamp NONE = new Stamp(new byte[0], 0);
  }

  private final String alliance;
  private final String self;
  private final Signer signer;
  private final Verifier verifier;
  private final AtomicLong sequence;

  /**
   * @param firstSequence at least as large as any sequence number used before by this participant,
   *     for example the time in microseconds
   */
  public Envelopes(
      String alliance, String self, Signer signer, Verifier verifier, long firstSequence) {
    this.alliance = alliance;
    this.self = self;
    this.signer = signer;
    this.verifier = verifier;
    this.sequence = new AtomicLong(firstSequence);
  }

  /** Seals a payload as this participant. */
  public byte[] seal(String type, long round, int attempt, byte[] payload) {
    return seal(type, round, attempt, Stamp.NONE, payload);
  }

  /** The same for a statement of one of this participant's stores. */
  public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
    byte[] envelope =
        Envelope.newBuilder()
            .setVersion(VERSION)
            .setAlliance(alliance)
            .setRound(round)
            .setAttempt(attempt)
            .setSender(self)
            .setSequence(sequence.incrementAndGet())
            .setPayloadType(type)
            .setPayload(ByteString.copyFrom(payload))
            .setIncarnation(ByteString.copyFrom(stamp.incarnation()))
            .setCounter(stamp.counter())
            .build()
            .toByteArray();
    return SignedEnvelope.newBuilder()
        .setEnvelope(ByteString.copyFrom(envelope))
        .setSignature(ByteString.copyFrom(signer.sign(toSign(envelope))))
        .build()
        .toByteArray();
  }

  /**
   * Opens a sealed envelope of this alliance.
   *
   * @throws BadEnvelope if it is malformed, of another alliance or version, or its signature is not
   *     its sender's
   */
  public Opened open(byte[] sealed) throws BadEnvelope {
    return open(sealed, verifier);
  }

  /**
   * The same with other keys: those of an earlier roster.
   *
   * @throws BadEnvelope as {@link #open(byte[])}
   */
  public Opened open(byte[] sealed, Verifier keys) throws BadEnvelope {
    Envelope envelope;
    SignedEnvelope signed;
    try {
      signed = SignedEnvelope.parseFrom(sealed);
      envelope = Envelope.parseFrom(signed.getEnvelope());
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadEnvelope("malformed envelope of " + sealed.length + " bytes");
    }
    // one encoding only: what is added around a signature must not make another statement of it
    boolean canonical =
        signed.getUnknownFields().asMap().isEmpty()
            && envelope.getUnknownFields().asMap().isEmpty()
            && Arrays.equals(signed.toByteArray(), sealed);
    if (!canonical) {
      throw new BadEnvelope("an envelope with fields or bytes that do not belong to it");
    }
    if (envelope.getVersion() != VERSION) {
      throw new BadEnvelope(
          "envelope version " + envelope.getVersion() + ", this side reads " + VERSION);
    }
    if (!envelope.getAlliance().equals(alliance)) {
      throw new BadEnvelope(
          "envelope of alliance '"
              + printable(envelope.getAlliance())
              + "', this is '"
              + alliance
              + "'");
    }
    int storeBytes = envelope.getIncarnation().size();
    if (storeBytes != 0 && storeBytes != INCARNATION_BYTES || envelope.getCounter() < 0) {
      throw new BadEnvelope(
          "an incarnation of %d bytes and counter %d".formatted(storeBytes, envelope.getCounter()));
    }
    byte[] message = toSign(signed.getEnvelope().toByteArray());
    if (!keys.verify(envelope.getSender(), message, signed.getSignature().toByteArray())) {
      throw new BadEnvelope(
          "signature of '"
              + printable(envelope.getSender())
              + "' on '"
              + printable(envelope.getPayloadType())
              + "' does not verify with the roster's key");
    }
    return new Opened(
        envelope.getSender(),
        envelope.getPayloadType(),
        envelope.getRound(),
        envelope.getAttempt(),
        envelope.getSequence(),
        new Stamp(envelope.getIncarnation().toByteArray(), envelope.getCounter()),
        envelope.getPayload().toByteArray());
  }

  private static byte[] toSign(byte[] envelope) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(DOMAIN.length + envelope.length);
    out.writeBytes(DOMAIN);
    out.writeBytes(envelope);
    return out.toByteArray();
  }

  /** Peer-chosen text for an error message: short, and without control characters. */
  private static String printable(String text) {
    String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  /** A sealed envelope that must not be acted upon. */
  public static final class BadEnvelope extends Exception {
    BadEnvelope(String message) {
      super(message);
    }
  }
}

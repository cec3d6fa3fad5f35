package org.concordat.secureagg.envelope;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.secureagg.cohorts.message.CommitmentList;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.message.DrawCommitment;
import org.concordat.secureagg.cohorts.message.DrawReveal;
import org.concordat.secureagg.cohorts.message.DrawStart;
import org.concordat.secureagg.cohorts.message.ListCertificate;
import org.concordat.secureagg.cohorts.message.ListSignature;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.DepositSet;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.PairRevealRequest;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.StoreAnswer;
import org.concordat.secureagg.message.StoreAnswers;
import org.concordat.secureagg.message.StoreQuery;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TwoStatements;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * Opens sealed messages: signature, then type, then decoding, then that envelope and payload agree.
 */
public final class Inbox {
  private static final Map<String, Function<byte[], Message>> DECODERS = decoders();

  private Inbox() {}

  /** Seals a message as this participant. */
  public static Bytes seal(Notary notary, Message message) {
    return Bytes.of(
        notary.seal(
            message.type(), message.envelopeRound(), message.envelopeAttempt(), message.encode()));
  }

  /** Seals a member's statement. */
  public static Bytes seal(Notary notary, Stamp stamp, Message message) {
    return Bytes.of(
        notary.seal(
            message.type(),
            message.envelopeRound(),
            message.envelopeAttempt(),
            stamp,
            message.encode()));
  }

  /**
   * @throws Refusal BAD_ENVELOPE, UNEXPECTED_MESSAGE, MALFORMED or MISBOUND
   */
  public static Received open(Notary notary, byte[] sealed) throws Refusal {
    return read(openEnvelope(notary, sealed));
  }

  /**
   * Reads what is in an envelope that was opened.
   *
   * @throws Refusal UNEXPECTED_MESSAGE, MALFORMED or MISBOUND
   */
  public static Received read(Notary.Opened opened) throws Refusal {
    Function<byte[], Message> decoder = DECODERS.get(opened.type());
    if (decoder == null) {
      throw new Refusal(
          Reason.UNEXPECTED_MESSAGE, opened.sender(), "no message type \"" + opened.type() + "\"");
    }
    Message message = decode(opened, decoder);
    if (message.envelopeRound() != opened.round()
        || message.envelopeAttempt() != opened.attempt()) {
      throw new Refusal(
          Reason.MISBOUND,
          opened.sender(),
          "the envelope says round %d attempt %d, the message %d and %d"
              .formatted(
                  opened.round(),
                  opened.attempt(),
                  message.envelopeRound(),
                  message.envelopeAttempt()));
    }
    return new Received(opened.sender(), opened.stamp(), message);
  }

  /** Opens a message of one type only. */
  public static <M extends Message> M open(
      Notary notary, Bytes sealed, Class<M> type, String sender) throws Refusal {
    Received received = open(notary, sealed.toArray());
    if (!received.sender().equals(sender)) {
      throw new Refusal(
          Reason.BAD_ENVELOPE, received.sender(), "a message of \"" + sender + "\" is due here");
    }
    return cast(received, type);
  }

  /**
   * Opens a message that somebody else presents: whatever is wrong with its envelope, the presenter
   * should have refused it.
   */
  public static Received openPresented(Notary notary, String presenter, Bytes sealed)
      throws Refusal {
    try {
      return open(notary, sealed.toArray());
    } catch (Refusal e) {
      throw new Refusal(e.reason(), presenter, "it presents: " + e.getMessage());
    }
  }

  /** The same, of one type and sender only. */
  public static <M extends Message> M openPresented(
      Notary notary, String presenter, Bytes sealed, Class<M> type, String sender) throws Refusal {
    return presented(openPresented(notary, presenter, sealed), presenter, type, sender);
  }

  private static <M extends Message> M presented(
      Received received, String presenter, Class<M> type, String sender) throws Refusal {
    if (!received.sender().equals(sender) || !type.isInstance(received.message())) {
      throw new Refusal(
          Reason.UNEXPECTED_MESSAGE,
          presenter,
          "it presents a %s by \"%s\", due is a %s by \"%s\""
              .formatted(
                  received.message().type(), received.sender(), type.getSimpleName(), sender));
    }
    return type.cast(received.message());
  }

  /** The same, by one of the sender's stores only. */
  public static <M extends Message> M openPresented(
      Notary notary,
      String presenter,
      Bytes sealed,
      Class<M> type,
      String sender,
      Incarnation store)
      throws Refusal {
    Received received = openPresented(notary, presenter, sealed);
    Refusal.require(
        !received.sender().equals(sender) || received.incarnation().equals(store),
        Reason.WRONG_STORE,
        presenter,
        "it presents a %s by store %s of \"%s\", due is store %s",
        received.message().type(),
        received.incarnation().shortHex(),
        sender,
        store.shortHex());
    return presented(received, presenter, type, sender);
  }

  /**
   * Signatures of one kind by distinct, eligible senders.
   *
   * @param eligible who may sign, under which incarnation
   * @param fits whether a signed message says what the quorum is about
   * @return the messages by sender, at least {@code threshold}
   * @throws Refusal BAD_QUORUM blaming whoever presented the quorum
   */
  public static <M extends Message> Map<String, M> quorum(
      Notary notary,
      String presenter,
      List<Bytes> sealed,
      Class<M> type,
      BiPredicate<String, Incarnation> eligible,
      Predicate<M> fits,
      int threshold)
      throws Refusal {
    Map<String, M> signed = new TreeMap<>();
    for (Bytes one : sealed) {
      Received received = openPresented(notary, presenter, one);
      if (!type.isInstance(received.message())) {
        throw badQuorum(presenter, type, "it holds a " + received.message().type());
      }
      M message = type.cast(received.message());
      if (!eligible.test(received.sender(), received.incarnation()) || !fits.test(message)) {
        throw badQuorum(
            presenter, type, "one by \"" + received.sender() + "\" does not belong to it");
      }
      if (signed.put(received.sender(), message) != null) {
        throw badQuorum(presenter, type, "two by \"" + received.sender() + "\"");
      }
    }
    if (signed.size() < threshold) {
      throw badQuorum(presenter, type, signed.size() + " of them, " + threshold + " needed");
    }
    return signed;
  }

  private static Refusal badQuorum(String presenter, Class<?> type, String why) {
    return new Refusal(
        Reason.BAD_QUORUM, presenter, "quorum of " + type.getSimpleName() + ": " + why);
  }

  private static <M extends Message> M cast(Received received, Class<M> type) throws Refusal {
    if (!type.isInstance(received.message())) {
      throw new Refusal(
          Reason.UNEXPECTED_MESSAGE,
          received.sender(),
          "a " + received.message().type() + " where a " + type.getSimpleName() + " is due");
    }
    return type.cast(received.message());
  }

  /**
   * Checks the signature alone.
   *
   * @throws Refusal BAD_ENVELOPE
   */
  public static Notary.Opened openEnvelope(Notary notary, byte[] sealed) throws Refusal {
    try {
      return notary.open(sealed);
    } catch (BadEnvelopeException e) {
      throw new Refusal(Reason.BAD_ENVELOPE, "unknown", String.valueOf(e.getMessage()));
    }
  }

  /** Decoders throw IllegalArgumentExceptions only (malformed bytes, infeasible cohorts). */
  private static Message decode(Notary.Opened opened, Function<byte[], Message> decoder)
      throws Refusal {
    try {
      return decoder.apply(opened.payload());
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reason.MALFORMED, opened.sender(), opened.type() + ": " + e.getMessage());
    }
  }

  private static Map<String, Function<byte[], Message>> decoders() {
    Map<String, Function<byte[], Message>> all = new HashMap<>();
    all.put(EpochStart.TYPE, EpochStart::decode);
    all.put(EpochKeys.TYPE, EpochKeys::decode);
    all.put(KeySet.TYPE, KeySet::decode);
    all.put(SectionHeader.TYPE, SectionHeader::decode);
    all.put(Parcel.TYPE, Parcel::decode);
    all.put(EncapsulationSet.TYPE, EncapsulationSet::decode);
    all.put(DepositView.TYPE, DepositView::decode);
    all.put(Manifest.TYPE, Manifest::decode);
    all.put(DepositSet.TYPE, DepositSet::decode);
    all.put(DepositsChecked.TYPE, DepositsChecked::decode);
    all.put(Complaint.TYPE, Complaint::decode);
    all.put(OpeningRequest.TYPE, OpeningRequest::decode);
    all.put(KeyOpening.TYPE, KeyOpening::decode);
    all.put(Dispute.TYPE, Dispute::decode);
    all.put(RoundEvidence.TYPE, RoundEvidence::decode);
    all.put(TwoStatements.TYPE, TwoStatements::decode);
    all.put(ManifestSignature.TYPE, ManifestSignature::decode);
    all.put(ManifestCertificate.TYPE, ManifestCertificate::decode);
    all.put(Task.TYPE, Task::decode);
    all.put(UploadCommitment.TYPE, UploadCommitment::decode);
    all.put(Decline.TYPE, Decline::decode);
    all.put(Survivors.TYPE, Survivors::decode);
    all.put(SurvivorSignature.TYPE, SurvivorSignature::decode);
    all.put(Certificate.TYPE, Certificate::decode);
    all.put(Reveal.TYPE, Reveal::decode);
    all.put(PairRevealRequest.TYPE, PairRevealRequest::decode);
    all.put(PairReveal.TYPE, PairReveal::decode);
    all.put(NonRevealRequest.TYPE, NonRevealRequest::decode);
    all.put(NonReveal.TYPE, NonReveal::decode);
    all.put(NonRevealQuorum.TYPE, NonRevealQuorum::decode);
    all.put(Result.TYPE, Result::decode);
    all.put(StateSignature.TYPE, StateSignature::decode);
    all.put(Checkpoint.TYPE, Checkpoint::decode);
    all.put(AllianceCheckpoint.TYPE, AllianceCheckpoint::decode);
    all.put(StoreQuery.TYPE, StoreQuery::decode);
    all.put(StoreAnswer.TYPE, StoreAnswer::decode);
    all.put(StoreAnswers.TYPE, StoreAnswers::decode);
    all.put(DrawStart.TYPE, DrawStart::decode);
    all.put(DrawCommitment.TYPE, DrawCommitment::decode);
    all.put(CommitmentList.TYPE, CommitmentList::decode);
    all.put(ListSignature.TYPE, ListSignature::decode);
    all.put(ListCertificate.TYPE, ListCertificate::decode);
    all.put(DrawReveal.TYPE, DrawReveal::decode);
    all.put(DrawCertificate.TYPE, DrawCertificate::decode);
    return Map.copyOf(all);
  }
}

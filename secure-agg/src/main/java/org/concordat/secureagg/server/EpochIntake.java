package org.concordat.secureagg.server;

import static org.concordat.secureagg.Refusal.require;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.jspecify.annotations.Nullable;

/**
 * Takes members' messages into an epoch: check everything, then change a copy. The same payload
 * again changes nothing.
 */
record EpochIntake(EpochState state) {
  EpochState accept(byte[] sealed) throws Refusal {
    Received received = Inbox.open(state.notary, sealed);
    String sender = received.sender();
    int index = state.cohort().indexOf(sender);
    require(index >= 0, Reason.NOT_A_MEMBER, sender, "no member of epoch %d", state.number());
    Message message = received.message();
    require(
        message.envelopeRound() == state.number(),
        Reason.MISBOUND,
        sender,
        "a message of epoch %d, this is %d",
        message.envelopeRound(),
        state.number());
    if (message instanceof EpochKeys key) {
      requireStore(index, key.incarnation(), received);
      return acceptKeys(index, Bytes.of(sealed), key);
    }
    EpochKeys pinned = state.keys.get(index);
    if (pinned != null) {
      requireStore(index, pinned.incarnation(), received);
    }
    if (message instanceof Parcel parcel) {
      return acceptParcel(index, parcel);
    }
    if (message instanceof DepositsChecked checked) {
      return acceptChecked(index, Bytes.of(sealed), checked);
    }
    if (message instanceof Complaint complaint) {
      return acceptComplaint(index, Bytes.of(sealed), complaint);
    }
    if (message instanceof KeyOpening opening) {
      return acceptOpening(index, Bytes.of(sealed), opening);
    }
    if (message instanceof ManifestSignature signature) {
      return acceptSignature(index, Bytes.of(sealed), signature);
    }
    throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "an epoch has no " + message.type());
  }

  /** A member speaks in a number from the one store whose keys are in it. */
  private void requireStore(int index, Incarnation pinned, Received received) throws Refusal {
    require(
        pinned.equals(received.incarnation()),
        Reason.WRONG_STORE,
        name(index),
        "a message of its store %s, epoch %d has keys of %s",
        received.incarnation().shortHex(),
        state.number(),
        pinned.shortHex());
  }

  private EpochState acceptKeys(int index, Bytes sealed, EpochKeys key) throws Refusal {
    if (isRepeat(index, state.keys.get(index), key)) {
      return state;
    }
    requireStep(index, Phase.KEYS);
    EpochChecks.keys(state.start, name(index), key);
    EpochState next = state.copy();
    next.keys.put(index, key);
    next.sealedKeys.put(index, sealed);
    return next.keys.size() == state.cohort().size() ? EpochSteps.close(next) : next;
  }

  private EpochState acceptParcel(int index, Parcel parcel) throws Refusal {
    SectionHeader header = EpochChecks.header(state.notary, state.start, name(index), parcel);
    boolean deposit = header.kind() == SectionHeader.Kind.DEPOSIT;
    SortedMap<Integer, Parcel> before = deposit ? state.deposits : state.encapsulations;
    if (isRepeat(index, headerOf(before.get(index)), header)) {
      return state;
    }
    requireStep(index, deposit ? Phase.DEPOSITS : Phase.ENCAPSULATIONS);
    require(
        state.present.contains(index),
        Reason.LATE,
        name(index),
        "absent from epoch %d by now",
        state.number());
    require(
        header.context().equals(state.context),
        Reason.CONFLICTING_MESSAGE,
        name(index),
        "its view of epoch %d is not the one it was sent",
        state.number());
    EpochChecks.sections(name(index), index, state.present, header.kind(), parcel);
    EpochState next = state.copy();
    SortedMap<Integer, Parcel> now = deposit ? next.deposits : next.encapsulations;
    now.put(index, parcel);
    return now.size() == state.present.size() ? EpochSteps.close(next) : next;
  }

  private EpochState acceptChecked(int index, Bytes sealed, DepositsChecked checked)
      throws Refusal {
    if (state.phase == Phase.CERTIFIED || state.phase == Phase.FAILED) {
      return state;
    }
    require(
        state.depositSet != null && state.deposits.containsKey(index),
        Reason.WRONG_STEP,
        name(index),
        "nobody asked it to check the deposits of epoch %d",
        state.number());
    require(
        checked.setDigest().equals(Objects.requireNonNull(state.depositSet).digest()),
        Reason.CONFLICTING_MESSAGE,
        name(index),
        "it checked other deposits of epoch %d than it was sent",
        state.number());
    require(
        state.disputes.values().stream().noneMatch(dispute -> dispute.hasOpening(index)),
        Reason.CONFLICTING_MESSAGE,
        name(index),
        "it has opened its keys of epoch %d",
        state.number());
    boolean useful = state.phase == Phase.CHECKS || state.phase == Phase.OPENING;
    if (state.checked.containsKey(index) || !useful) {
      return state;
    }
    EpochState next = state.copy();
    next.checked.put(index, sealed);
    return EpochSteps.closeChecks(next);
  }

  private EpochState acceptComplaint(int index, Bytes sealed, Complaint complaint) throws Refusal {
    OpenDispute before = state.disputes.get(index);
    if (isRepeat(index, before == null ? null : before.digest(), complaint.digest())) {
      return state;
    }
    require(
        state.phase != Phase.SIGNATURES && state.phase != Phase.CERTIFIED,
        Reason.COMPLAINT_AFTER_MANIFEST,
        name(index),
        "the manifest of epoch %d is out without it: it sits this epoch out",
        state.number());
    if (state.phase != Phase.OPENING) {
      requireStep(index, Phase.CHECKS);
    }
    require(
        state.deposits.containsKey(index) && state.deposits.containsKey(complaint.accused()),
        Reason.NOT_A_PARTICIPANT,
        name(index),
        "a complaint about member %d, but both must have deposited in epoch %d",
        complaint.accused(),
        state.number());
    require(
        !state.checked.containsKey(index),
        Reason.CONFLICTING_MESSAGE,
        name(index),
        "it found all deposits of epoch %d good before",
        state.number());
    EpochState next = state.copy();
    next.disputes.put(index, OpenDispute.of(state.notary, state.start, index, sealed, complaint));
    next.phase = Phase.OPENING;
    return EpochSteps.closeChecks(next);
  }

  private EpochState acceptOpening(int index, Bytes sealed, KeyOpening opening) throws Refusal {
    OpenDispute dispute =
        state.disputes.values().stream()
            .filter(one -> one.digest().equals(opening.complaint()) && one.concerns(index))
            .findFirst()
            .orElseThrow(
                () ->
                    new Refusal(
                        Reason.WRONG_STEP, name(index), "no complaint asks it for an opening"));
    if (dispute.hasOpening(index) || state.phase != Phase.OPENING) {
      return state;
    }
    EpochState next = state.copy();
    next.disputes.put(dispute.complainer(), dispute.with(state.notary, state.start, index, sealed));
    next.checked.remove(index);
    return EpochSteps.closeChecks(next);
  }

  private EpochState acceptSignature(int index, Bytes sealed, ManifestSignature signature)
      throws Refusal {
    Manifest due = state.manifest;
    if (due == null) {
      throw new Refusal(
          Reason.WRONG_STEP,
          name(index),
          "there is no manifest of epoch %d yet".formatted(state.number()));
    }
    require(
        signature.manifestDigest().equals(due.digest()) && due.indices().contains(index),
        Reason.MANIFEST_MISMATCH,
        name(index),
        "it signed another manifest of epoch %d, or is not in it",
        state.number());
    if (state.signatures.containsKey(index) || state.phase == Phase.CERTIFIED) {
      return state;
    }
    EpochState next = state.copy();
    next.signatures.put(index, sealed);
    if (next.signatures.size() >= state.cohort().threshold()) {
      next.certificate =
          new ManifestCertificate(
              state.number(), Bytes.of(due.encode()), List.copyOf(next.signatures.values()));
      next.phase = Phase.CERTIFIED;
    }
    return next;
  }

  /** True for the same payload again; a different one is a refusal. */
  private boolean isRepeat(int index, @Nullable Object before, Object now) throws Refusal {
    require(
        before == null || before.equals(now),
        Reason.CONFLICTING_MESSAGE,
        name(index),
        "two different messages of one step of epoch %d",
        state.number());
    return before != null;
  }

  private void requireStep(int index, Phase due) throws Refusal {
    require(
        state.phase == due,
        state.phase.compareTo(due) > 0 ? Reason.LATE : Reason.WRONG_STEP,
        name(index),
        "a message of step %s of epoch %d, which is at %s",
        due,
        state.number(),
        state.phase);
  }

  private @Nullable SectionHeader headerOf(@Nullable Parcel parcel) throws Refusal {
    return parcel == null ? null : EpochChecks.headerOf(state.notary, parcel);
  }

  private String name(int index) {
    return state.name(index);
  }
}

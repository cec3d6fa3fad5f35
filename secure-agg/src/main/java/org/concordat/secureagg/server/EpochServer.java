package org.concordat.secureagg.server;

import static org.concordat.secureagg.server.EpochChecks.require;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.crypto.Contexts;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.EncapsulationSet;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Received;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SectionView;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's fold over one epoch number. Immutable: each call returns the next state.
 * Memory: the deposits, 3.5 MB a member at n = 256, 55 kB at n = 4.
 */
public final class EpochServer {
  /**
   * Where the epoch stands; a step ends by itself when all have answered, or by {@link
   * #closeStep()}.
   */
  public enum Phase {
    KEYS,
    ENCAPSULATIONS,
    DEPOSITS,
    SIGNATURES,
    /** T signatures are in: {@link #outgoing} gives the certificate, tokens may be used. */
    CERTIFIED
  }

  private final EpochStart start;
  private final Notary notary;
  private Phase phase = Phase.KEYS;
  private SortedMap<Integer, Bytes> sealedKeys = new TreeMap<>();
  private SortedMap<Integer, EpochKeys> keys = new TreeMap<>();
  private SortedMap<Integer, Parcel> encapsulations = new TreeMap<>();
  private SortedMap<Integer, Parcel> deposits = new TreeMap<>();
  private SortedMap<Integer, Bytes> signatures = new TreeMap<>();
  private List<Integer> present = List.of();
  private @Nullable Digest context;
  private @Nullable Manifest manifest;
  private @Nullable ManifestCertificate certificate;

  private EpochServer(EpochStart start, Notary notary) {
    this.start = start;
    this.notary = notary;
  }

  /** A copy to change; nothing changes a published instance. */
  private EpochServer copy() {
    EpochServer next = new EpochServer(start, notary);
    next.phase = phase;
    next.sealedKeys = new TreeMap<>(sealedKeys);
    next.keys = new TreeMap<>(keys);
    next.encapsulations = new TreeMap<>(encapsulations);
    next.deposits = new TreeMap<>(deposits);
    next.signatures = new TreeMap<>(signatures);
    next.present = present;
    next.context = context;
    next.manifest = manifest;
    next.certificate = certificate;
    return next;
  }

  /**
   * Opens an epoch number.
   *
   * @param number greater than every number opened before, failed ones included
   * @param previous the last certified manifest, or null for the first epoch
   */
  public static EpochServer start(
      Cohort cohort, long number, @Nullable Manifest previous, Notary notary) {
    EpochStart start =
        previous == null
            ? new EpochStart(number, cohort, 0, Digest.NONE)
            : new EpochStart(number, cohort, previous.epoch(), previous.digest());
    return new EpochServer(start, notary);
  }

  /**
   * Takes a member's sealed EpochKeys, Parcel or ManifestSignature. The same payload again changes
   * nothing.
   *
   * @throws Refusal naming the culprit; LATE if its step is closed
   */
  public EpochServer accept(byte[] sealed) throws Refusal {
    Received received = Inbox.open(notary, sealed);
    int index = cohort().indexOf(received.sender());
    require(index >= 0, Reason.NOT_A_MEMBER, received.sender(), "no member of epoch %d", number());
    Message message = received.message();
    require(
        message.envelopeRound() == number(),
        Reason.MISBOUND,
        received.sender(),
        "a message of epoch %d, this is %d",
        message.envelopeRound(),
        number());
    if (message instanceof EpochKeys key) {
      return acceptKeys(index, Bytes.of(sealed), key);
    }
    if (message instanceof Parcel parcel) {
      return acceptParcel(index, parcel);
    }
    if (message instanceof ManifestSignature signature) {
      return acceptSignature(index, Bytes.of(sealed), signature);
    }
    throw new Refusal(
        Reason.UNEXPECTED_MESSAGE, received.sender(), "an epoch has no " + message.type());
  }

  private EpochServer acceptKeys(int index, Bytes sealed, EpochKeys key) throws Refusal {
    if (isRepeat(index, keys.get(index), key)) {
      return this;
    }
    requireStep(index, Phase.KEYS);
    EpochChecks.keys(start, name(index), key);
    EpochServer next = copy();
    next.keys.put(index, key);
    next.sealedKeys.put(index, sealed);
    return next.keys.size() == cohort().size() ? next.closeStep() : next;
  }

  private EpochServer acceptParcel(int index, Parcel parcel) throws Refusal {
    SectionHeader header = EpochChecks.header(notary, start, name(index), parcel);
    boolean deposit = header.kind() == SectionHeader.Kind.DEPOSIT;
    SortedMap<Integer, Parcel> before = deposit ? deposits : encapsulations;
    if (isRepeat(index, headerOf(before.get(index)), header)) {
      return this;
    }
    requireStep(index, deposit ? Phase.DEPOSITS : Phase.ENCAPSULATIONS);
    require(
        present.contains(index), Reason.LATE, name(index), "absent from epoch %d by now", number());
    require(
        header.context().equals(context),
        Reason.CONFLICTING_MESSAGE,
        name(index),
        "its view of epoch %d is not the one it was sent",
        number());
    EpochChecks.sections(name(index), index, present, header.kind(), parcel);
    EpochServer next = copy();
    (deposit ? next.deposits : next.encapsulations).put(index, parcel);
    SortedMap<Integer, Parcel> now = deposit ? next.deposits : next.encapsulations;
    return now.size() == present.size() ? next.closeStep() : next;
  }

  private EpochServer acceptSignature(int index, Bytes sealed, ManifestSignature signature)
      throws Refusal {
    if (signatures.containsKey(index)) {
      return this;
    }
    Manifest due = manifest;
    require(
        due != null,
        Reason.WRONG_STEP,
        name(index),
        "there is no manifest of epoch %d yet",
        number());
    require(
        due != null
            && signature.manifestDigest().equals(due.digest())
            && due.indices().contains(index),
        Reason.MANIFEST_MISMATCH,
        name(index),
        "it signed another manifest of epoch %d, or is not in it",
        number());
    if (phase == Phase.CERTIFIED) {
      return this;
    }
    EpochServer next = copy();
    next.signatures.put(index, sealed);
    if (due != null && next.signatures.size() >= cohort().threshold()) {
      next.certificate =
          new ManifestCertificate(
              number(), Bytes.of(due.encode()), List.copyOf(next.signatures.values()));
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
        number());
    return before != null;
  }

  private void requireStep(int index, Phase due) throws Refusal {
    require(
        phase == due,
        phase.compareTo(due) > 0 ? Reason.LATE : Reason.WRONG_STEP,
        name(index),
        "a message of step %s of epoch %d, which is at %s",
        due,
        number(),
        phase);
  }

  private @Nullable SectionHeader headerOf(@Nullable Parcel parcel) throws Refusal {
    return parcel == null ? null : EpochChecks.headerOf(notary, parcel);
  }

  /**
   * Goes on without the members that have not answered; they are absent from this epoch.
   *
   * @throws Refusal WRONG_STEP if fewer than N_min (or T signatures) have answered: wait, or open
   *     the next number
   */
  public EpochServer closeStep() throws Refusal {
    Waiting waiting = waiting();
    require(
        waiting.enough() && phase.compareTo(Phase.SIGNATURES) < 0,
        Reason.WRONG_STEP,
        cohort().coordinator(),
        "step %s of epoch %d has %d answers, %d needed; missing: %s",
        phase,
        number(),
        waiting.answered(),
        waiting.needed(),
        waiting.missing());
    EpochServer next = copy();
    switch (phase) {
      case KEYS -> {
        SortedMap<Integer, Digest> digests = new TreeMap<>();
        keys.forEach((index, key) -> digests.put(index, key.digest()));
        next.present = List.copyOf(keys.keySet());
        next.context = Contexts.ofKeys(start.digest(), digests);
        next.phase = Phase.ENCAPSULATIONS;
      }
      case ENCAPSULATIONS -> {
        next.present = List.copyOf(encapsulations.keySet());
        next.context = Contexts.ofPresent(java.util.Objects.requireNonNull(context), next.present);
        next.phase = Phase.DEPOSITS;
      }
      default -> {
        next.manifest = EpochParcels.manifest(notary, start, keys, deposits);
        next.phase = Phase.SIGNATURES;
      }
    }
    return next;
  }

  /**
   * The sealed messages that this member must be sent now, in order; also for re-sending after a
   * reconnect.
   */
  public List<byte[]> outgoing(String member) {
    int index = cohort().indexOf(member);
    List<Message> messages = new ArrayList<>();
    if (index >= 0) {
      due(index, messages);
    }
    return messages.stream().map(message -> Inbox.seal(notary, message).toArray()).toList();
  }

  private void due(int index, List<Message> messages) {
    boolean here = present.contains(index);
    switch (phase) {
      case KEYS -> {
        if (!keys.containsKey(index)) {
          messages.add(start);
        }
      }
      case ENCAPSULATIONS -> {
        if (here && !encapsulations.containsKey(index)) {
          messages.add(new KeySet(number(), List.copyOf(sealedKeys.values())));
        }
      }
      case DEPOSITS -> {
        if (here && !deposits.containsKey(index)) {
          messages.add(
              new EncapsulationSet(
                  number(), present, EpochParcels.views(encapsulations, present, index, index)));
        }
      }
      case SIGNATURES -> {
        if (deposits.containsKey(index) && !signatures.containsKey(index)) {
          for (SectionView view : EpochParcels.views(deposits, present, index, Limits.MEMBERS)) {
            messages.add(new DepositView(number(), view));
          }
          messages.add(java.util.Objects.requireNonNull(manifest));
        }
      }
      case CERTIFIED -> messages.add(java.util.Objects.requireNonNull(certificate));
    }
  }

  public Phase phase() {
    return phase;
  }

  /** Whom the step waits for. */
  public Waiting waiting() {
    return switch (phase) {
      case KEYS -> waiting(allIndices(), keys.keySet(), cohort().minSurvivors());
      case ENCAPSULATIONS -> waiting(present, encapsulations.keySet(), cohort().minSurvivors());
      case DEPOSITS -> waiting(present, deposits.keySet(), cohort().minSurvivors());
      case SIGNATURES -> waiting(participants(), signatures.keySet(), cohort().threshold());
      case CERTIFIED ->
          new Waiting(phase.name(), List.of(), signatures.size(), cohort().threshold());
    };
  }

  private Waiting waiting(List<Integer> due, java.util.Set<Integer> answered, int needed) {
    List<String> missing = due.stream().filter(i -> !answered.contains(i)).map(this::name).toList();
    return new Waiting(phase.name(), missing, answered.size(), needed);
  }

  private List<Integer> allIndices() {
    return java.util.stream.IntStream.range(0, cohort().size()).boxed().toList();
  }

  public Cohort cohort() {
    return start.cohort();
  }

  public long number() {
    return start.number();
  }

  /** The manifest, from phase SIGNATURES on. */
  public Optional<Manifest> manifest() {
    return Optional.ofNullable(manifest);
  }

  /**
   * The sealed ManifestCertificate, once certified: send it to every member of the roster and keep
   * it.
   */
  public Optional<byte[]> certificate() {
    return Optional.ofNullable(certificate).map(c -> Inbox.seal(notary, c).toArray());
  }

  /** Members that hold shares in this epoch, from phase SIGNATURES on, sorted. */
  public List<String> participantNames() {
    return participants().stream().map(this::name).toList();
  }

  private List<Integer> participants() {
    return manifest == null ? List.of() : manifest.indices();
  }

  /** What one token's round needs of the deposits. */
  TokenDeposits token(int token) {
    return new TokenDeposits(
        java.util.Objects.requireNonNull(manifest),
        Bytes.of(java.util.Objects.requireNonNull(certificate).encode()),
        new TreeMap<>(deposits),
        present.size(),
        present,
        token);
  }

  private String name(int index) {
    return cohort().members().get(index);
  }
}

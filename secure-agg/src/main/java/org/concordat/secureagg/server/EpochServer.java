package org.concordat.secureagg.server;

import static org.concordat.secureagg.Refusal.require;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Equivocation;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.TwoStatements;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's fold over one epoch number. Immutable: each call returns the next state.
 * Memory: the deposits, 3.5 MB a member at n = 256, 55 kB at n = 4; once certified, 13 kB a member
 * if they are {@linkplain #pagedOut paged out}.
 *
 * <pre>
 * KEYS → ENCAPSULATIONS → DEPOSITS → CHECKS → SIGNATURES → CERTIFIED
 *                                      ↓ a complaint
 *                                    OPENING → FAILED: open the next number without the liars
 * </pre>
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
    /** Every dealer checks every deposit; who does not answer is not in the manifest. */
    CHECKS,
    /**
     * A complaint is in: the complainer opens its keys, then, where they are needed, the accused;
     * the others still check.
     */
    OPENING,
    SIGNATURES,
    /** T signatures are in: {@link #outgoing} gives the certificate, tokens may be used. */
    CERTIFIED,
    /** The number is dead: {@link #verdicts} say whom to leave out of the next. */
    FAILED
  }

  /** Types of the messages that {@link #accept} takes. */
  public static final Set<String> MEMBER_TYPES =
      Set.of(
          EpochKeys.TYPE,
          Parcel.TYPE,
          DepositsChecked.TYPE,
          Complaint.TYPE,
          KeyOpening.TYPE,
          ManifestSignature.TYPE);

  private final EpochState state;

  private EpochServer(EpochState state) {
    this.state = state;
  }

  /**
   * Opens an epoch number.
   *
   * @param number greater than every number opened before, failed ones included
   * @param previous the last certified manifest, or null for the first epoch
   */
  public static EpochServer start(
      Cohort cohort, long number, @Nullable Manifest previous, Notary notary) {
    return start(
        previous == null
            ? new EpochStart(number, cohort, 0, Digest.NONE)
            : new EpochStart(number, cohort, previous.epoch(), previous.digest()),
        notary);
  }

  /** The same of what the members are sent. */
  public static EpochServer start(EpochStart start, Notary notary) {
    return new EpochServer(new EpochState(start, notary));
  }

  /**
   * Takes a member's sealed EpochKeys, Parcel, DepositsChecked, Complaint, KeyOpening or
   * ManifestSignature. The same payload again changes nothing.
   *
   * @throws Refusal naming the culprit; LATE if its step is closed, COMPLAINT_AFTER_MANIFEST for a
   *     complaint that comes once the manifest is out
   */
  public EpochServer accept(byte[] sealed) throws Refusal {
    EpochState next = new EpochIntake(state).accept(sealed);
    return next == state ? this : new EpochServer(next);
  }

  /**
   * Goes on without the members that have not answered; they are absent from this epoch. In the
   * opening phase it ends the number: who has not opened is named unresponsive.
   *
   * @throws Refusal WRONG_STEP if fewer than N_min (or T signatures) have answered: wait, or open
   *     the next number
   */
  public EpochServer closeStep() throws Refusal {
    Waiting waiting = waiting();
    boolean closable = state.phase.compareTo(Phase.SIGNATURES) < 0 && waiting.enough();
    require(
        closable,
        Reason.WRONG_STEP,
        cohort().coordinator(),
        "step %s of epoch %d has %d answers, %d needed; missing: %s",
        state.phase,
        number(),
        waiting.answered(),
        waiting.needed(),
        waiting.missing());
    return new EpochServer(EpochSteps.close(state.copy()));
  }

  /** The sealed messages that this member must be sent now, in order. */
  public List<byte[]> outgoing(String member) {
    return sealed(member, new EpochOutbox(state)::due);
  }

  /**
   * The same after a reconnect: who has not signed the manifest of a certified epoch gets that,
   * too.
   */
  public List<byte[]> outgoingAnew(String member) {
    return sealed(member, new EpochOutbox(state)::dueAnew);
  }

  private List<byte[]> sealed(String member, BiConsumer<Integer, List<Message>> due) {
    int index = cohort().indexOf(member);
    List<Message> messages = new ArrayList<>();
    if (index >= 0) {
      due.accept(index, messages);
    }
    return messages.stream().map(message -> Inbox.seal(state.notary, message).toArray()).toList();
  }

  /**
   * The sealed opening requests that are due now and were not in an earlier state of the same
   * number, by the accused's name. Send them at once: the phase does not change when they become
   * due, and who is not asked in time is named unresponsive.
   */
  public Map<String, List<byte[]>> requestsSince(EpochServer before) {
    Set<Integer> asked = new HashSet<>();
    new EpochOutbox(before.state).asking().forEach(dispute -> asked.add(dispute.complainer()));
    Map<String, List<byte[]>> requests = new TreeMap<>();
    for (OpenDispute dispute : new EpochOutbox(state).asking()) {
      if (!asked.contains(dispute.complainer())) {
        requests
            .computeIfAbsent(state.name(dispute.accused()), any -> new ArrayList<>())
            .add(Inbox.seal(state.notary, dispute.request()).toArray());
      }
    }
    return requests;
  }

  /** Complaints and openings taken so far: each gives those whom it concerns new time to answer. */
  public int disputeMessages() {
    return state.disputes.values().stream()
        .mapToInt(dispute -> 1 + dispute.openings().size())
        .sum();
  }

  public Phase phase() {
    return state.phase;
  }

  /** Whom the step waits for. */
  public Waiting waiting() {
    return new EpochOutbox(state).waiting();
  }

  public Cohort cohort() {
    return state.cohort();
  }

  /** The store whose keys a member has given: in this number no other store's word counts. */
  public Optional<Incarnation> storeOf(String member) {
    return Optional.ofNullable(state.keys.get(cohort().indexOf(member)))
        .map(EpochKeys::incarnation);
  }

  public long number() {
    return state.number();
  }

  /**
   * Who lied, from phase FAILED on, one verdict for each dispute: leave them all out of the next
   * number. One dispute for each liar goes to all present members with {@link #outgoing}.
   */
  public List<Verdict> verdicts() {
    return state.phase == Phase.FAILED
        ? state.disputes.values().stream().map(OpenDispute::verdict).toList()
        : List.of();
  }

  /** The disputes that show a lie, from phase FAILED on: one for each liar. */
  public List<Dispute> proofs() {
    return state.phase == Phase.FAILED
        ? new EpochOutbox(state)
            .oneForEachLiar().stream()
                .filter(dispute -> dispute.verdict().proven())
                .map(OpenDispute::message)
                .toList()
        : List.of();
  }

  /**
   * What shows everybody that the sender of a refused message lied: that message and an earlier one
   * of its that exclude each other. Empty if there is no such pair; then the refusal stands for
   * itself.
   */
  public Optional<TwoStatements> proof(byte[] refused) {
    try {
      int index = cohort().indexOf(Inbox.openEnvelope(state.notary, refused).sender());
      return state.statementsOf(index).stream()
          .flatMap(before -> Equivocation.between(state.notary, before.toArray(), refused).stream())
          .findFirst();
    } catch (Refusal notSigned) {
      return Optional.empty();
    }
  }

  /** The manifest, from phase SIGNATURES on. */
  public Optional<Manifest> manifest() {
    return Optional.ofNullable(state.manifest);
  }

  /**
   * The sealed ManifestCertificate, once certified: send it to every member of the roster and keep
   * it.
   */
  public Optional<byte[]> certificate() {
    return Optional.ofNullable(state.certificate).map(c -> Inbox.seal(state.notary, c).toArray());
  }

  /** Members that hold shares in this epoch, from phase SIGNATURES on, sorted. */
  public List<String> participantNames() {
    return new EpochOutbox(state).participants().stream().map(state::name).toList();
  }

  /** Indices of those whose deposit is in. */
  public Set<Integer> depositors() {
    return Set.copyOf(state.deposits.keySet());
  }

  /**
   * What one token's round needs of the deposits, to be kept outside; see {@link #pagedOut}.
   *
   * @throws IllegalStateException if the epoch is not certified
   */
  public byte[] page(int token) {
    requireCertified();
    Deposits kept = state.pagedOut;
    return kept != null
        ? kept.page(token)
        : TokenPage.encode(state.manifestIndices(), state.present, state.deposits, token);
  }

  /**
   * The same epoch without its deposits. Rounds begun from it read theirs from where they are kept.
   *
   * @param kept has {@link #page} of every token, and every accepted deposit
   * @throws IllegalStateException if the epoch is not certified: until then members may need to be
   *     shown any part of them
   */
  public EpochServer pagedOut(Deposits kept) {
    requireCertified();
    return new EpochServer(PagedEpoch.of(state, kept));
  }

  /**
   * What is left once the deposits are paged out, for {@link #restore}.
   *
   * @throws IllegalStateException if the epoch is not certified
   */
  public byte[] encode() {
    requireCertified();
    return PagedEpoch.encode(state);
  }

  /**
   * A certified epoch as {@link #encode} wrote it. Nothing in it is checked again.
   *
   * @throws org.concordat.secureagg.codec.MalformedMessageException if the bytes are none
   */
  public static EpochServer restore(byte[] encoded, Deposits kept, Notary notary) {
    return new EpochServer(PagedEpoch.decode(encoded, kept, notary));
  }

  private void requireCertified() {
    if (state.phase != Phase.CERTIFIED) {
      throw new IllegalStateException(
          "epoch " + number() + " is at " + state.phase + ", not certified");
    }
  }

  /** What one token's round needs of the deposits. */
  TokenDeposits token(int token) {
    List<Integer> participants = state.manifestIndices();
    Deposits kept = state.pagedOut;
    SortedMap<Integer, Parcel> here = state.deposits;
    return new TokenDeposits(
        Objects.requireNonNull(state.manifest),
        Bytes.of(Objects.requireNonNull(state.certificate).encode()),
        PagedEpoch.heads(state),
        kept != null ? kept::parcel : dealer -> Objects.requireNonNull(here.get(dealer)),
        new TokenPage(participants, state.present, page(token)),
        state.present,
        token);
  }
}

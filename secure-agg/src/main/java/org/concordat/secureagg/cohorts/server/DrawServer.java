package org.concordat.secureagg.cohorts.server;

import static org.concordat.secureagg.Refusal.require;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.cohorts.DrawCheck;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.message.CommitmentList;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.message.DrawCommitment;
import org.concordat.secureagg.cohorts.message.DrawList;
import org.concordat.secureagg.cohorts.message.DrawMessage;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.cohorts.message.DrawReveal;
import org.concordat.secureagg.cohorts.message.DrawStart;
import org.concordat.secureagg.cohorts.message.ListCertificate;
import org.concordat.secureagg.cohorts.message.ListSignature;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.envelope.Received;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.server.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's fold over the draw of one roster's cohorts. Immutable: each call returns the
 * next state; the accepted messages and the closings, in order, are what to log and replay.
 *
 * <pre>
 * COMMITTING → SIGNING → REVEALING → DRAWN
 *     ↑           ↓          ↓ somebody withholds its value
 *     │           ↓          └─── next number, without it; after eight FAILED: change the roster
 *     └───────────┴ T_all of the list do not sign: next number, for the same members
 * </pre>
 */
public final class DrawServer {
  /** A step ends by itself when all have answered, SIGNING when T_all have; or by closeStep. */
  public enum Phase {
    COMMITTING,
    /** The list is closed; T_all members in it must sign it, or the number is given up. */
    SIGNING,
    REVEALING,
    /** {@link #certificate} and {@link #drawn} are there. */
    DRAWN,
    FAILED
  }

  /** Types of the messages that {@link #accept} takes. */
  public static final Set<String> MEMBER_TYPES =
      Set.of(DrawCommitment.TYPE, ListSignature.TYPE, DrawReveal.TYPE);

  private final Notary notary;
  private final Alliance alliance;
  private final DrawStart start;
  private final Phase phase;
  private final SortedMap<Integer, Bytes> commitments;
  private final SortedMap<Integer, Digest> values;
  private final SortedMap<Integer, Bytes> signatures;
  private final SortedMap<Integer, Bytes> reveals;
  private final @Nullable DrawList list;

  private DrawServer(
      Notary notary,
      Alliance alliance,
      DrawStart start,
      Phase phase,
      SortedMap<Integer, Bytes> commitments,
      SortedMap<Integer, Digest> values,
      SortedMap<Integer, Bytes> signatures,
      SortedMap<Integer, Bytes> reveals,
      @Nullable DrawList list) {
    this.notary = notary;
    this.alliance = alliance;
    this.start = start;
    this.phase = phase;
    this.commitments = commitments;
    this.values = values;
    this.signatures = signatures;
    this.reveals = reveals;
    this.list = list;
  }

  /**
   * Opens number 0 for all agents.
   *
   * @param alliance with K
   * @param cohortSize the most members of a cohort, 3 to 250
   * @throws org.concordat.secureagg.InfeasibleCohortException if no round could end in such cohorts
   */
  public static DrawServer start(Alliance alliance, int cohortSize, Notary notary) {
    Drawn.requireFeasible(alliance.size(), alliance.colluders(), cohortSize);
    DrawPlan plan =
        new DrawPlan(
            alliance.rosterDigest(),
            0,
            cohortSize,
            alliance.colluders(),
            IntStream.range(0, alliance.size()).boxed().toList());
    return opened(notary, alliance, new DrawStart(plan, Bytes.EMPTY));
  }

  private static DrawServer opened(Notary notary, Alliance alliance, DrawStart start) {
    return new DrawServer(
        notary,
        alliance,
        start,
        Phase.COMMITTING,
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        new TreeMap<>(),
        null);
  }

  private DrawServer in(Phase next, @Nullable DrawList closed) {
    return new DrawServer(
        notary, alliance, start, next, commitments, values, signatures, reveals, closed);
  }

  /**
   * Takes a member's sealed DrawCommitment, ListSignature or DrawReveal. The same payload again
   * changes nothing.
   *
   * @throws Refusal naming the sender: another draw, number or list, a second commitment, a value
   *     that was not committed to, an answer after its step was closed
   */
  public DrawServer accept(byte[] sealed) throws Refusal {
    Received received = Inbox.open(notary, sealed);
    String sender = received.sender();
    int index = alliance.indexOf(sender);
    require(
        Collections.binarySearch(plan().participants(), index) >= 0,
        Reason.NOT_A_MEMBER,
        sender,
        "it has no part in number %d of the draw",
        number());
    Message message = received.message();
    require(
        !(message instanceof DrawMessage draw) || draw.number() == number(),
        Reason.LATE,
        sender,
        "a %s about another number of the draw than %d, which is under way",
        message.type(),
        number());
    if (message instanceof DrawCommitment commitment) {
      return commitment(index, sender, Bytes.of(sealed), commitment);
    }
    if (message instanceof ListSignature signature) {
      return signature(index, sender, Bytes.of(sealed), signature);
    }
    if (message instanceof DrawReveal reveal) {
      return reveal(index, sender, Bytes.of(sealed), reveal);
    }
    throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "a draw takes no " + message.type());
  }

  private DrawServer commitment(int index, String sender, Bytes sealed, DrawCommitment commitment)
      throws Refusal {
    require(
        commitment.planDigest().equals(plan().digest()),
        Reason.DRAW_MISMATCH,
        sender,
        "a commitment to another plan of number %d",
        number());
    Digest before = values.get(index);
    require(
        before == null || before.equals(commitment.commitment()),
        Reason.CONFLICTING_MESSAGE,
        sender,
        "two commitments in number %d of the draw",
        number());
    if (before != null) {
      return this;
    }
    require(phase == Phase.COMMITTING, Reason.LATE, sender, "the commitments are closed");
    SortedMap<Integer, Bytes> nextSealed = with(commitments, index, sealed);
    SortedMap<Integer, Digest> nextValues = new TreeMap<>(values);
    nextValues.put(index, commitment.commitment());
    DrawServer next =
        new DrawServer(
            notary, alliance, start, phase, nextSealed, nextValues, signatures, reveals, list);
    return nextValues.size() == plan().participants().size() ? next.listed() : next;
  }

  private DrawServer listed() {
    return in(Phase.SIGNING, new DrawList(plan().digest(), values));
  }

  private DrawServer signature(int index, String sender, Bytes sealed, ListSignature signature)
      throws Refusal {
    requireListed(index, sender, signature.listDigest());
    if (signatures.containsKey(index) || phase != Phase.SIGNING) {
      return this;
    }
    SortedMap<Integer, Bytes> next = with(signatures, index, sealed);
    return new DrawServer(
        notary,
        alliance,
        start,
        next.size() == quorum() ? Phase.REVEALING : phase,
        commitments,
        values,
        next,
        reveals,
        list);
  }

  private DrawServer reveal(int index, String sender, Bytes sealed, DrawReveal reveal)
      throws Refusal {
    requireListed(index, sender, reveal.listDigest());
    require(
        DrawCommitment.of(plan().digest(), sender, reveal.value()).equals(values.get(index)),
        Reason.COMMITMENT_MISMATCH,
        sender,
        "the value is not the one it committed to in number %d of the draw",
        number());
    require(
        phase.compareTo(Phase.REVEALING) >= 0,
        Reason.WRONG_STEP,
        sender,
        "a value before the list is certified");
    if (reveals.containsKey(index) || phase != Phase.REVEALING) {
      return this;
    }
    SortedMap<Integer, Bytes> next = with(reveals, index, sealed);
    return new DrawServer(
        notary,
        alliance,
        start,
        next.size() == values.size() ? Phase.DRAWN : phase,
        commitments,
        values,
        signatures,
        next,
        list);
  }

  private void requireListed(int index, String sender, Digest listDigest) throws Refusal {
    DrawList closed = list;
    require(
        closed != null && values.containsKey(index) && closed.digest().equals(listDigest),
        Reason.SECOND_LIST,
        sender,
        "it speaks of list %s, which is not the closed one, or it is not in that",
        listDigest.shortHex());
  }

  private static SortedMap<Integer, Bytes> with(
      SortedMap<Integer, Bytes> map, int index, Bytes sealed) {
    SortedMap<Integer, Bytes> next = new TreeMap<>(map);
    next.put(index, sealed);
    return next;
  }

  /**
   * Goes on without the members that have not answered. Who has not committed is not in the list;
   * who has not revealed is left out of the next number. Where too few have signed, nobody has
   * revealed anything: the next number is for the same members, so that those who were not in the
   * list make up for those who do not answer.
   *
   * @throws Refusal WRONG_STEP if T_all cannot take part in what follows: wait
   */
  public DrawServer closeStep() throws Refusal {
    Waiting waiting = waiting();
    List<Integer> next = nextParticipants();
    require(
        phase == Phase.COMMITTING ? waiting.enough() : next.size() >= waiting.needed(),
        Reason.WRONG_STEP,
        alliance.coordinator(),
        "step %s of the draw has %d answers, %d needed; missing: %s",
        phase,
        waiting.answered(),
        waiting.needed(),
        waiting.missing());
    if (phase == Phase.COMMITTING) {
      return listed();
    }
    if (number() + 1 == Limits.DRAWS) {
      return in(Phase.FAILED, list);
    }
    DrawPlan plan =
        new DrawPlan(
            plan().rosterDigest(), number() + 1, plan().cohortSize(), plan().colluders(), next);
    Bytes shown = phase == Phase.SIGNING ? start.previous() : Bytes.of(record().encode());
    return opened(notary, alliance, new DrawStart(plan, shown));
  }

  private List<Integer> nextParticipants() {
    return switch (phase) {
      case SIGNING -> plan().participants();
      case REVEALING -> DrawCheck.remaining(plan(), Objects.requireNonNull(list), reveals.keySet());
      case COMMITTING, DRAWN, FAILED -> List.of();
    };
  }

  /** Who would take part in the next number if this one were given up; empty where it cannot be. */
  public List<String> nextMembers() {
    return nextParticipants().stream().map(alliance.members()::get).toList();
  }

  /** The number as it stands, from phase REVEALING on. */
  private DrawCertificate record() {
    return new DrawCertificate(plan(), listCertificate(), List.copyOf(reveals.values()));
  }

  private ListCertificate listCertificate() {
    return new ListCertificate(
        number(),
        Bytes.of(Objects.requireNonNull(list).encode()),
        List.copyOf(signatures.values()));
  }

  /**
   * The sealed messages that this member must be sent now; also for re-sending after a reconnect.
   */
  public List<byte[]> outgoing(String member) {
    int index = alliance.indexOf(member);
    DrawMessage due =
        switch (phase) {
          case COMMITTING ->
              plan().participants().contains(index) && !values.containsKey(index) ? start : null;
          case SIGNING ->
              values.containsKey(index) && !signatures.containsKey(index)
                  ? new CommitmentList(number(), List.copyOf(commitments.values()))
                  : null;
          case REVEALING ->
              values.containsKey(index) && !reveals.containsKey(index) ? listCertificate() : null;
          case DRAWN -> index >= 0 ? record() : null;
          case FAILED -> null;
        };
    return due == null ? List.of() : List.of(Inbox.seal(notary, due).toArray());
  }

  /** Whom the step waits for. */
  public Waiting waiting() {
    List<Integer> due =
        phase == Phase.COMMITTING ? plan().participants() : List.copyOf(values.keySet());
    Set<Integer> answered =
        switch (phase) {
          case COMMITTING -> values.keySet();
          case SIGNING -> signatures.keySet();
          case REVEALING -> reveals.keySet();
          case DRAWN, FAILED -> values.keySet();
        };
    List<String> missing =
        due.stream().filter(i -> !answered.contains(i)).map(alliance.members()::get).toList();
    return new Waiting(phase.name(), missing, answered.size(), quorum());
  }

  private int quorum() {
    return new DrawCheck(notary, alliance, alliance.coordinator()).quorum(plan());
  }

  private DrawPlan plan() {
    return start.plan();
  }

  public Phase phase() {
    return phase;
  }

  public int number() {
    return start.number();
  }

  public Alliance alliance() {
    return alliance;
  }

  /** The certificate, once drawn. */
  public Optional<DrawCertificate> certificate() {
    return phase == Phase.DRAWN ? Optional.of(record()) : Optional.empty();
  }

  /** What the certificate gives, once drawn. */
  public Optional<Drawn> drawn() {
    if (phase != Phase.DRAWN) {
      return Optional.empty();
    }
    try {
      return Optional.of(new DrawCheck(notary, alliance, alliance.coordinator()).drawn(record()));
    } catch (Refusal impossible) {
      throw new IllegalStateException(
          "A draw of accepted messages does not verify: " + impossible.getMessage(), impossible);
    }
  }
}

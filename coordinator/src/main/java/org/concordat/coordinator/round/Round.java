package org.concordat.coordinator.round;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.coordinator.round.event.CohortSumEntry;
import org.concordat.coordinator.round.event.MemberRefused;
import org.concordat.coordinator.round.event.PartialSumAccepted;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.coordinator.round.event.SumApplied;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.secureagg.region.PartialSums;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.server.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * A round as its events describe it. Immutable.
 *
 * @param server secure aggregation's own fold of the current attempt
 * @param alliance the alliance's name
 * @param cohortSize n: members of the epoch's cohort, absent ones included
 * @param participants members of the token's epoch that can take part, sorted
 * @param version how many events there have been
 * @param startedAt when the first attempt was opened
 * @param phaseSince when the current phase began
 * @param cohort which of several cohorts this stream is about, from 1; 0 where there is one
 * @param cohorts how many there are; 0 where there is one
 * @param regions where updates go, and the partial sums that came
 * @param summed root of this cohort's sum, once it is on disk; of rounds over several cohorts only
 * @param applied the sum and the next state, from phase Agreeing on
 * @param reasons why members did not go on
 * @param reason why the attempt was given up or the round aborted, else empty
 */
public record Round(
    RoundServer server,
    String alliance,
    int cohortSize,
    List<String> participants,
    int minSurvivors,
    RoundPhase phase,
    long version,
    Instant startedAt,
    Instant phaseSince,
    int cohort,
    int cohorts,
    Regions regions,
    @Nullable Digest summed,
    @Nullable SumApplied applied,
    Reasons reasons,
    String reason) {

  /** Finds the epoch that a task belongs to. */
  public interface Epochs {
    EpochServer find(long number);
  }

  public Task task() {
    return server.task();
  }

  public StreamId stream() {
    return StreamId.of(task(), cohort);
  }

  public boolean closed() {
    return phase instanceof Closed;
  }

  /** Once T members have signed the next state there is a release to record, and no way back. */
  private boolean abortable() {
    return !closed() && !(phase instanceof Recording);
  }

  /** Root of this cohort's sum, in a round over several cohorts. */
  public Optional<Digest> cohortSum() {
    return Optional.ofNullable(summed);
  }

  /** The roster that the epoch's cohort comes from. */
  public Digest roster() {
    return server.cohort().rosterDigest();
  }

  public Optional<SumApplied> sum() {
    return Optional.ofNullable(applied);
  }

  /** Events that follow from a message; nothing is changed. */
  public List<RoundEvent.Builder> decide(RoundMessage message, Instant now) throws Refusal {
    if (message instanceof RoundMessage.Abort abort && abortable()) {
      return List.of(
          RoundEvent.newBuilder()
              .setAborted(
                  org.concordat.coordinator.round.event.Aborted.newBuilder()
                      .setReason(abort.reason())));
    }
    if (message instanceof RoundMessage.Refused refused) {
      return refused(refused);
    }
    if (message instanceof RoundMessage.Removed removed) {
      boolean uploaded =
          server.phase() == RoundServer.Phase.COLLECTING
              && server.uploads().containsKey(removed.member());
      return refused(new RoundMessage.Refused(removed.member(), removed.reason()), uploaded);
    }
    if (message instanceof RoundMessage.PartialSumStored partial) {
      return partial(partial);
    }
    List<RoundEvent.Builder> events = phase.decide(this, message, now);
    return events.isEmpty() && message instanceof RoundMessage.Tick
        ? tooFew(reasons).map(List::of).orElse(events)
        : events;
  }

  /** A region's partial sum of exactly its certified survivors; the same again changes nothing. */
  private List<RoundEvent.Builder> partial(RoundMessage.PartialSumStored stored) throws Refusal {
    PartialSum partial = stored.partial();
    Survivors certified = certifiedSurvivors();
    PartialSums.requireExactly(task(), certified, partial, indices(partial.region()));
    Regions.Partial before = regions.partials().get(partial.region());
    if (before != null) {
      Refusal.require(
          before.root().equals(partial.root()),
          Refusal.Reason.CONFLICTING_MESSAGE,
          partial.region(),
          "two different partial sums for %s",
          task().ref().describe());
      return List.of();
    }
    if (!(phase instanceof Unmasking) && !(phase instanceof Applying)) {
      return List.of();
    }
    return List.of(
        RoundEvent.newBuilder()
            .setPartialSumAccepted(
                PartialSumAccepted.newBuilder()
                    .setRegion(partial.region())
                    .setRoot(ByteString.copyFrom(partial.root().bytes()))
                    .setSealed(ByteString.copyFrom(stored.sealed()))));
  }

  private Survivors certifiedSurvivors() throws Refusal {
    Optional<Bytes> certificate = server.certificate();
    Refusal.require(
        certificate.isPresent(),
        Refusal.Reason.WRONG_STEP,
        server.cohort().coordinator(),
        "no certificate is out for %s",
        task().ref().describe());
    byte[] payload = certificate.orElseThrow().toArray();
    return Survivors.decode(Certificate.decode(payload).survivors().toArray());
  }

  private List<Integer> indices(String region) {
    return regions.members(region, server.cohort().members()).stream()
        .map(server.cohort()::indexOf)
        .toList();
  }

  /** Regions whose partial sum the round waits for, once its survivors are certified. */
  public List<String> missingRegions() {
    return phase instanceof Unmasking || phase instanceof Applying
        ? regions.missing(server.survivors())
        : List.of();
  }

  /** Who refused for good counts as away; where too few are left for the step, it is ended. */
  private List<RoundEvent.Builder> refused(RoundMessage.Refused refused) {
    return refused(refused, false);
  }

  private List<RoundEvent.Builder> refused(RoundMessage.Refused refused, boolean mayHaveAnswered) {
    String member = refused.member();
    boolean concerned = mayHaveAnswered || server.waiting().missing().contains(member);
    if (!concerned || reasons.away().contains(member) || !abortable()) {
      return List.of();
    }
    if (refused.goesOn() && reasons.now().containsKey(member)) {
      return List.of(); // told once
    }
    Reasons after = reasonsAfter(member, refused.reason(), refused.goesOn());
    List<RoundEvent.Builder> events = new ArrayList<>();
    events.add(
        RoundEvent.newBuilder()
            .setMemberRefused(
                MemberRefused.newBuilder()
                    .setMember(member)
                    .setReason(Objects.requireNonNull(after.now().get(member)))
                    .setGoesOn(refused.goesOn())));
    tooFew(after).ifPresent(events::add);
    return events;
  }

  private Reasons reasonsAfter(String member, String reason, boolean goesOn) {
    return goesOn ? reasons.with(member, reason) : reasons.refused(member, reason);
  }

  /** The same at any later time: whoever was waited for may have gone. */
  private Optional<RoundEvent.Builder> tooFew(Reasons known) {
    Waiting waiting = server.waiting();
    Set<String> away = known.away();
    long left = waiting.missing().stream().filter(missing -> !away.contains(missing)).count();
    return away.isEmpty() || !abortable() || waiting.answered() + left >= waiting.needed()
        ? Optional.empty()
        : phase.tooFew(known.text());
  }

  /** Members whose uploads would be among the survivors. */
  Set<String> counted() {
    return counted(server.uploads().keySet());
  }

  /** The same if these had uploaded: without whoever is out, and then without too small regions. */
  Set<String> counted(Collection<String> uploaded) {
    Set<String> counted = new TreeSet<>(uploaded);
    counted.removeAll(reasons.away());
    counted.removeAll(regions.tooFew(counted));
    return counted;
  }

  private Set<String> notCounted() {
    Set<String> without = new TreeSet<>(server.uploads().keySet());
    without.removeAll(counted());
    return without;
  }

  /** Whether this member declined the task or refused a message of this attempt. */
  boolean outOfIt(String member) {
    return reasons.away().contains(member) || server.declined().contains(member);
  }

  /** Why members did not upload, or did not go on, as {@code MEMBER: REASON}. */
  public List<String> memberReasons() {
    return reasons.lines();
  }

  /** The same in one line; empty if nobody gave a reason. */
  public String reasonsText() {
    return reasons.text();
  }

  /**
   * Whether so many members gave the same reasons in this attempt and in the one before that
   * another one would end in the same way.
   */
  public boolean hopeless() {
    return participants.size() - reasons.again(participants) < minSurvivors;
  }

  /**
   * The first state of a round, or of its next attempt.
   *
   * @param before the round so far, or null for the first attempt
   */
  static Round opened(@Nullable Round before, RoundEvent event, Epochs epochs, Notary notary) {
    Task task = Task.decode(event.getAttemptOpened().getTask().toByteArray());
    EpochServer epoch = epochs.find(task.epoch());
    RoundServer server = RoundServer.start(epoch, task, notary);
    List<String> participants =
        epoch.manifest().orElseThrow().participants().stream()
            .map(participant -> epoch.cohort().members().get(participant.index()))
            .toList();
    Instant at = Instant.ofEpochMilli(event.getAtMillis());
    return new Round(
        server,
        epoch.cohort().alliance(),
        epoch.cohort().size(),
        participants,
        epoch.cohort().minSurvivors(),
        new Dispatching(),
        before == null ? 1 : before.version + 1,
        before == null ? at : before.startedAt,
        at,
        event.getAttemptOpened().getCohort(),
        event.getAttemptOpened().getCohorts(),
        new Regions(event.getAttemptOpened().getRegionsMap()),
        null,
        null,
        before == null ? Reasons.NONE : before.reasons.nextAttempt(),
        "");
  }

  /**
   * The state after an event that is durable.
   *
   * @throws IllegalStateException if the event cannot follow this state: the store is damaged or of
   *     another program
   */
  public Round apply(RoundEvent event, Epochs epochs, Notary notary) {
    if (event.hasAttemptOpened()) {
      return opened(this, event, epochs, notary);
    }
    try {
      RoundServer next = advance(event);
      RoundPhase nextPhase =
          Transitions.of(Optional.of(phase), event, server, next)
              .map(Transitions.Row::to)
              .orElse(phase);
      Instant at = Instant.ofEpochMilli(event.getAtMillis());
      return new Round(
          next,
          alliance,
          cohortSize,
          participants,
          minSurvivors,
          nextPhase,
          version + 1,
          startedAt,
          nextPhase.equals(phase) ? phaseSince : at,
          cohort,
          cohorts,
          regionsAfter(event),
          event.hasCohortSummed()
              ? new Digest(event.getCohortSummed().getSumRoot().toByteArray())
              : summed,
          event.hasSumApplied() ? event.getSumApplied() : applied,
          sameStep(nextPhase)
              ? reasonsAfter(event, next, notary)
              : reasonsAfter(event, next, notary).nextStep(),
          reasonAfter(event));
    } catch (Refusal impossible) {
      throw new IllegalStateException(
          stream()
              + " event "
              + (version + 1)
              + " does not follow the ones before: "
              + impossible.getMessage(),
          impossible);
    }
  }

  private Regions regionsAfter(RoundEvent event) {
    if (!event.hasPartialSumAccepted()) {
      return regions;
    }
    PartialSumAccepted partial = event.getPartialSumAccepted();
    return regions.with(
        partial.getRegion(),
        new Regions.Partial(
            new Digest(partial.getRoot().toByteArray()),
            Bytes.of(partial.getSealed().toByteArray())));
  }

  /** Whether members are asked for the same as before. */
  private boolean sameStep(RoundPhase next) {
    return next.equals(phase)
        || phase instanceof Dispatching && next instanceof Collecting
        || phase instanceof Voiding && next instanceof Voided;
  }

  private Reasons reasonsAfter(RoundEvent event, RoundServer next, Notary notary) {
    if (event.hasMemberRefused()) {
      MemberRefused refused = event.getMemberRefused();
      return reasonsAfter(refused.getMember(), refused.getReason(), refused.getGoesOn());
    }
    if (event.hasUploadAccepted()) {
      return reasons.without(event.getUploadAccepted().getMember());
    }
    return next.declined().size() > server.declined().size()
        ? reasons.with(
            event.getMessageAccepted().getMember(),
            declineOf(event.getMessageAccepted().getSealed().toByteArray(), notary))
        : reasons;
  }

  private static String declineOf(byte[] sealed, Notary notary) {
    try {
      return Decline.decode(notary.open(sealed).payload()).reason();
    } catch (BadEnvelopeException impossible) {
      throw new IllegalStateException("a decline that was taken cannot be opened", impossible);
    }
  }

  private String reasonAfter(RoundEvent event) {
    if (event.hasNonRevealChosen()) {
      return event.getNonRevealChosen().getReason();
    }
    return event.hasAborted() ? event.getAborted().getReason() : reason;
  }

  private static CohortSum cohortSum(CohortSumEntry entry) {
    return new CohortSum(
        new Digest(entry.getCohort().toByteArray()),
        entry.getMembers(),
        new Digest(entry.getSumRoot().toByteArray()));
  }

  private RoundServer advance(RoundEvent event) throws Refusal {
    switch (event.getKindCase()) {
      case UPLOAD_ACCEPTED:
        return server.acceptUpload(event.getUploadAccepted().getSealedCommitment().toByteArray());
      case SURVIVORS_FROZEN:
        return server.freezeSurvivors(notCounted());
      case MESSAGE_ACCEPTED:
        return server.accept(event.getMessageAccepted().getSealed().toByteArray());
      case CERTIFICATE_CHOSEN:
        return server.chooseCertificate();
      case NON_REVEAL_CHOSEN:
        return server.chooseNonReveal();
      case SUM_APPLIED:
        return server.result(
            new Digest(event.getSumApplied().getSumRoot().toByteArray()),
            new Digest(event.getSumApplied().getNextState().toByteArray()),
            event.getSumApplied().getCohortsList().stream().map(Round::cohortSum).toList());
      case COHORT_SUMMED:
      case DISPATCHED:
      case PARTIAL_SUM_ACCEPTED:
      case RECORDED:
      case ABORTED:
      case MEMBER_REFUSED:
        return server;
      default:
        throw new IllegalStateException(
            stream()
                + " has an event of kind "
                + event.getKindCase()
                + " that this program does not know: upgrade it");
    }
  }
}

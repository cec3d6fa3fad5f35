package org.concordat.secureagg.server;

import static org.concordat.secureagg.server.EpochChecks.require;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.crypto.Commitments.Secret;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Checkpoint;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.PairRevealRequest;
import org.concordat.secureagg.message.Received;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.jspecify.annotations.Nullable;

/**
 * The coordinator's fold over one token: one attempt of one round. Immutable: each call returns the
 * next state. The calls that return a RoundServer are the events to log and replay; {@link
 * #freezeSurvivors}, {@link #chooseCertificate} and {@link #chooseNonReveal} must be durable before
 * anything that {@link #outgoing} gives afterwards is sent.
 */
public final class RoundServer {
  /** Where the attempt stands. */
  public enum Phase {
    UPLOADING,
    /** Survivors frozen, signatures coming in. */
    SIGNING,
    /** Certificate chosen, reveals coming in. */
    REVEALING,
    /** {@link #unmaskingInput} is there; compute the sum, then {@link #result}. */
    UNMASKING,
    /** Result sent, state signatures coming in. */
    AGREEING,
    /** T state signatures are in. */
    CHECKPOINTED,
    /** NonReveal chosen, NonReveals coming in. */
    VOIDING,
    /** T NonReveals are in: the round may be retried with {@link #nonRevealQuorum}. */
    VOIDED
  }

  private final Manifest manifest;
  private final TokenDeposits deposits;
  private final Task task;
  private final TokenRef ref;
  private final Notary notary;
  private Phase phase = Phase.UPLOADING;
  private SortedMap<Integer, Digest> roots = new TreeMap<>();
  private SortedMap<Integer, Decline> declines = new TreeMap<>();
  private SortedMap<Integer, Bytes> survivorSignatures = new TreeMap<>();
  private SortedMap<Integer, Reveal> reveals = new TreeMap<>();
  private SortedMap<Integer, SortedMap<Integer, Bytes>> pairReveals = new TreeMap<>();
  private SortedMap<Integer, Bytes> nonReveals = new TreeMap<>();
  private SortedMap<Integer, Bytes> stateSignatures = new TreeMap<>();
  private @Nullable Survivors survivors;
  private @Nullable Certificate certificate;
  private @Nullable Opening opening;
  private @Nullable Result result;

  private RoundServer(Manifest manifest, TokenDeposits deposits, Task task, Notary notary) {
    this.manifest = manifest;
    this.deposits = deposits;
    this.task = task;
    this.ref = task.ref();
    this.notary = notary;
  }

  /** A copy to change; nothing changes a published instance. */
  private RoundServer copy() {
    RoundServer next = new RoundServer(manifest, deposits, task, notary);
    next.phase = phase;
    next.roots = new TreeMap<>(roots);
    next.declines = new TreeMap<>(declines);
    next.survivorSignatures = new TreeMap<>(survivorSignatures);
    next.reveals = new TreeMap<>(reveals);
    next.pairReveals = new TreeMap<>();
    pairReveals.forEach((dropped, all) -> next.pairReveals.put(dropped, new TreeMap<>(all)));
    next.nonReveals = new TreeMap<>(nonReveals);
    next.stateSignatures = new TreeMap<>(stateSignatures);
    next.survivors = survivors;
    next.certificate = certificate;
    next.opening = opening;
    next.result = result;
    return next;
  }

  /**
   * @param epoch a certified epoch
   * @param task its epoch, cohort and policy are the epoch's; the token was never used
   * @throws MalformedMessageException if the epoch is not certified or the task is not bound to it
   */
  public static RoundServer start(EpochServer epoch, Task task, Notary notary) {
    MalformedMessageException.check(
        epoch.phase() == EpochServer.Phase.CERTIFIED, "epoch %d is not certified", epoch.number());
    Manifest manifest = epoch.manifest().orElseThrow();
    MalformedMessageException.check(
        task.epoch() == manifest.epoch()
            && task.cohortDigest().equals(manifest.cohort().digest())
            && task.policyDigest().equals(manifest.cohort().policyDigest())
            && task.earlierNonReveals().size() == task.attempt(),
        "the task is not bound to epoch %d, or lacks NonReveal quorums of earlier attempts",
        manifest.epoch());
    task.quantisation().requireNoWrap(manifest.cohort().size());
    return new RoundServer(manifest, epoch.token(task.token()), task, notary);
  }

  /**
   * Takes the commitment of an upload that is complete and whose Merkle root was verified against
   * it, and durable.
   */
  public RoundServer acceptUpload(byte[] sealedCommitment) throws Refusal {
    Received received = open(sealedCommitment);
    String sender = received.sender();
    if (!(received.message() instanceof UploadCommitment commitment)) {
      throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "no upload commitment");
    }
    int index = participant(sender);
    requireRef(sender, commitment.ref());
    require(
        commitment.wireBytes() == task.wireBytes(),
        Reason.TASK_MISMATCH,
        sender,
        "an upload of %d bytes, %d due",
        commitment.wireBytes(),
        task.wireBytes());
    Digest before = roots.get(index);
    if (before != null) {
      require(
          before.equals(commitment.root()),
          Reason.CONFLICTING_MESSAGE,
          sender,
          "two different uploads for %s",
          ref.describe());
      return this;
    }
    require(
        phase == Phase.UPLOADING, Reason.LATE, sender, "uploads for %s have ended", ref.describe());
    RoundServer next = copy();
    next.roots.put(index, commitment.root());
    next.declines.remove(index);
    return next;
  }

  /** Ends the uploads. Refused (TOO_FEW_SURVIVORS) below N_min. */
  public RoundServer freezeSurvivors() throws Refusal {
    requirePhase(Phase.UPLOADING);
    require(
        roots.size() >= cohort().minSurvivors(),
        Reason.TOO_FEW_SURVIVORS,
        cohort().coordinator(),
        "%d uploads, %d needed; missing: %s",
        roots.size(),
        cohort().minSurvivors(),
        waiting().missing());
    List<Survivors.Upload> uploads = new ArrayList<>();
    roots.forEach((index, root) -> uploads.add(new Survivors.Upload(index, root)));
    RoundServer next = copy();
    next.survivors = new Survivors(ref, uploads);
    next.phase = Phase.SIGNING;
    return next;
  }

  /** Chooses to open the token, once T survivors have signed. Final. */
  public RoundServer chooseCertificate() throws Refusal {
    requirePhase(Phase.SIGNING);
    require(
        certifiable(),
        Reason.BAD_QUORUM,
        cohort().coordinator(),
        "%d survivor signatures, %d needed",
        survivorSignatures.size(),
        cohort().threshold());
    RoundServer next = copy();
    next.certificate =
        new Certificate(
            ref,
            Bytes.of(survivorSet().encode()),
            survivorSignatures.values().stream().limit(cohort().threshold()).toList());
    next.phase = Phase.REVEALING;
    return next;
  }

  /** Chooses never to open the token. Final. Refused once {@link #chooseCertificate} was called. */
  public RoundServer chooseNonReveal() throws Refusal {
    require(
        phase == Phase.UPLOADING || phase == Phase.SIGNING,
        Reason.WRONG_STEP,
        cohort().coordinator(),
        "%s is at %s: the choice is made",
        ref.describe(),
        phase);
    RoundServer next = copy();
    next.phase = Phase.VOIDING;
    return next;
  }

  /**
   * Takes a sealed Decline, SurvivorSignature, Reveal, PairReveal, NonReveal or StateSignature. The
   * same payload again changes nothing.
   *
   * @throws Refusal naming the culprit; a bad share is discarded with its message and its revealer
   *     named
   */
  public RoundServer accept(byte[] sealed) throws Refusal {
    Received received = open(sealed);
    String sender = received.sender();
    int index = participant(sender);
    Message message = received.message();
    if (message instanceof Decline decline) {
      return acceptDecline(index, sender, decline);
    }
    if (message instanceof SurvivorSignature signature) {
      return acceptSurvivorSignature(index, sender, Bytes.of(sealed), signature);
    }
    if (message instanceof Reveal reveal) {
      return acceptReveal(index, sender, reveal);
    }
    if (message instanceof PairReveal reveal) {
      return acceptPairReveal(index, sender, reveal);
    }
    if (message instanceof NonReveal nonReveal) {
      return acceptNonReveal(index, sender, Bytes.of(sealed), nonReveal);
    }
    if (message instanceof StateSignature signature) {
      return acceptStateSignature(index, sender, Bytes.of(sealed), signature);
    }
    throw new Refusal(Reason.UNEXPECTED_MESSAGE, sender, "a round has no " + message.type());
  }

  private RoundServer acceptDecline(int index, String sender, Decline decline) throws Refusal {
    requireRef(sender, decline.ref());
    if (declines.containsKey(index) || phase != Phase.UPLOADING) {
      return this;
    }
    require(
        !roots.containsKey(index), Reason.CONFLICTING_MESSAGE, sender, "it uploaded and declined");
    RoundServer next = copy();
    next.declines.put(index, decline);
    return next;
  }

  private RoundServer acceptSurvivorSignature(
      int index, String sender, Bytes sealed, SurvivorSignature signature) throws Refusal {
    requireRef(sender, signature.ref());
    Survivors set = survivors;
    require(
        set != null
            && set.indices().contains(index)
            && signature.survivorsDigest().equals(set.digest()),
        Reason.SECOND_SURVIVOR_SET,
        sender,
        "it signed survivors %s of %s, which are not the frozen ones, or is not among them",
        signature.survivorsDigest().shortHex(),
        ref.describe());
    if (survivorSignatures.containsKey(index) || phase != Phase.SIGNING) {
      return this;
    }
    RoundServer next = copy();
    next.survivorSignatures.put(index, sealed);
    return next;
  }

  private RoundServer acceptReveal(int index, String sender, Reveal reveal) throws Refusal {
    requireRef(sender, reveal.ref());
    require(
        certificate != null,
        Reason.WRONG_STEP,
        sender,
        "no certificate is out for %s",
        ref.describe());
    require(
        reveal.survivorsDigest().equals(survivorSet().digest())
            && reveal.shares().size() == manifest.participants().size(),
        Reason.BAD_SHARE,
        sender,
        "shares for another survivor set, or %d of them instead of %d",
        reveal.shares().size(),
        manifest.participants().size());
    if (reveals.containsKey(index) || opening != null) {
      return this;
    }
    checkShares(index, sender, reveal);
    RoundServer next = copy();
    next.reveals.put(index, reveal);
    if (next.reveals.size() == cohort().threshold()) {
      next.opening = Opening.of(deposits, survivorSet().indices(), next.reveals);
      next.advanceIfOpen();
    }
    return next;
  }

  private void checkShares(int revealer, String sender, Reveal reveal) throws Refusal {
    List<Integer> participants = manifest.indices();
    List<Integer> survived = survivorSet().indices();
    for (int position = 0; position < participants.size(); position++) {
      int dealer = participants.get(position);
      Secret kind = survived.contains(dealer) ? Secret.SEED : Secret.RECOVERY_KEY;
      require(
          deposits.shareFits(dealer, revealer, kind, reveal.shares().get(position)),
          Reason.BAD_SHARE,
          sender,
          "its share of \"%s\" contradicts the hash in the deposit",
          name(dealer));
    }
  }

  private RoundServer acceptPairReveal(int index, String sender, PairReveal reveal) throws Refusal {
    requireRef(sender, reveal.ref());
    Opening open = opening;
    require(
        open != null
            && open.badRecovery().contains(reveal.dropped())
            && survivorSet().indices().contains(index),
        Reason.WRONG_STEP,
        sender,
        "nobody asked it for the pair secret with member %d",
        reveal.dropped());
    require(
        deposits.pairFits(reveal.dropped(), index, reveal.pairSecret()),
        Reason.COMMITMENT_MISMATCH,
        sender,
        "its pair secret with \"%s\" contradicts the commitment",
        name(reveal.dropped()));
    if (pairsOf(reveal.dropped()).containsKey(index)) {
      return this;
    }
    RoundServer next = copy();
    next.pairReveals
        .computeIfAbsent(reveal.dropped(), dropped -> new TreeMap<>())
        .put(index, reveal.pairSecret());
    next.advanceIfOpen();
    return next;
  }

  private void advanceIfOpen() {
    Opening open = opening;
    if (phase == Phase.REVEALING
        && open != null
        && open.badRecovery().stream()
            .allMatch(dropped -> pairsOf(dropped).size() == survivorSet().uploads().size())) {
      phase = Phase.UNMASKING;
    }
  }

  private SortedMap<Integer, Bytes> pairsOf(int dropped) {
    return pairReveals.getOrDefault(dropped, new TreeMap<>());
  }

  private RoundServer acceptNonReveal(int index, String sender, Bytes sealed, NonReveal nonReveal)
      throws Refusal {
    requireRef(sender, nonReveal.ref());
    require(
        phase == Phase.VOIDING || phase == Phase.VOIDED,
        Reason.WRONG_STEP,
        sender,
        "a NonReveal for %s, where none was asked for",
        ref.describe());
    if (nonReveals.containsKey(index) || phase == Phase.VOIDED) {
      return this;
    }
    RoundServer next = copy();
    next.nonReveals.put(index, sealed);
    if (next.nonReveals.size() == cohort().threshold()) {
      next.phase = Phase.VOIDED;
    }
    return next;
  }

  private RoundServer acceptStateSignature(
      int index, String sender, Bytes sealed, StateSignature signature) throws Refusal {
    requireRef(sender, signature.ref());
    Result published = result;
    require(
        published != null
            && signature.resultDigest().equals(published.digest())
            && signature.stateDigest().equals(published.nextStateDigest()),
        Reason.STATE_MISMATCH,
        sender,
        "it signed state %s, which is not what was published",
        signature.stateDigest().shortHex());
    if (stateSignatures.containsKey(index)) {
      return this;
    }
    RoundServer next = copy();
    next.stateSignatures.put(index, sealed);
    if (next.stateSignatures.size() >= cohort().threshold()) {
      next.phase = Phase.CHECKPOINTED;
    }
    return next;
  }

  /**
   * The unmasked sum and what follows from it.
   *
   * @param sumRoot {@code MerkleRoot.ofWords(sum)}
   * @param nextState digest of the state that the sum leads to
   */
  public RoundServer result(Digest sumRoot, Digest nextState) throws Refusal {
    requirePhase(Phase.UNMASKING);
    requireNoBadDealer();
    Opening open = Objects.requireNonNull(opening);
    RoundServer next = copy();
    next.result =
        new Result(
            Bytes.of(task.core()),
            survivorSet().digest(),
            sumRoot,
            List.copyOf(open.seeds().values()),
            open.usedShares(),
            nextState);
    next.phase = Phase.AGREEING;
    return next;
  }

  /**
   * The sealed messages that this member must be sent now, in order; also for re-sending after a
   * reconnect. A member that was absent from the epoch gets the checkpoint only; it must have been
   * sent the epoch's certificate before.
   */
  public List<byte[]> outgoing(String member) {
    int index = cohort().indexOf(member);
    List<Message> messages = new ArrayList<>();
    if (manifest.indices().contains(index)) {
      due(index, messages);
    } else if (index >= 0 && phase == Phase.CHECKPOINTED) {
      messages.add(checkpointMessage());
    }
    return messages.stream().map(message -> Inbox.seal(notary, message).toArray()).toList();
  }

  private void due(int index, List<Message> messages) {
    switch (phase) {
      case UPLOADING ->
          addIf(!roots.containsKey(index) && !declines.containsKey(index), messages, task);
      case SIGNING ->
          addIf(
              roots.containsKey(index) && !survivorSignatures.containsKey(index),
              messages,
              survivorSet());
      case REVEALING -> dueReveals(index, messages);
      case AGREEING -> {
        if (!stateSignatures.containsKey(index)) {
          messages.add(Objects.requireNonNull(certificate));
          messages.add(Objects.requireNonNull(result));
        }
      }
      case CHECKPOINTED ->
          addIf(!stateSignatures.containsKey(index), messages, checkpointMessage());
      case VOIDING -> addIf(!nonReveals.containsKey(index), messages, new NonRevealRequest(ref));
      case VOIDED -> messages.add(quorumMessage());
      case UNMASKING -> {}
    }
  }

  private void dueReveals(int index, List<Message> messages) {
    Opening open = opening;
    if (open == null) {
      addIf(!reveals.containsKey(index), messages, Objects.requireNonNull(certificate));
    } else if (roots.containsKey(index)) {
      // A survivor whose shares were not among the first T needs the certificate before it may
      // answer.
      addIf(!reveals.containsKey(index), messages, Objects.requireNonNull(certificate));
      for (int dropped : open.badRecovery()) {
        addIf(!pairsOf(dropped).containsKey(index), messages, new PairRevealRequest(ref, dropped));
      }
    }
  }

  private static void addIf(boolean condition, List<Message> messages, Message message) {
    if (condition) {
      messages.add(message);
    }
  }

  public Phase phase() {
    return phase;
  }

  public Task task() {
    return task;
  }

  /** Whom the phase waits for. */
  public Waiting waiting() {
    return switch (phase) {
      case UPLOADING -> {
        Set<Integer> answered = new TreeSet<>(roots.keySet());
        answered.addAll(declines.keySet());
        yield waiting(manifest.indices(), answered, roots.size(), cohort().minSurvivors());
      }
      case SIGNING -> waiting(survivorSet().indices(), survivorSignatures.keySet());
      case REVEALING -> waitingForReveals();
      case AGREEING, CHECKPOINTED -> waiting(manifest.indices(), stateSignatures.keySet());
      case VOIDING, VOIDED -> waiting(manifest.indices(), nonReveals.keySet());
      case UNMASKING -> new Waiting(phase.name(), List.of(), 0, 0);
    };
  }

  private Waiting waitingForReveals() {
    Opening open = opening;
    if (open == null) {
      return waiting(manifest.indices(), reveals.keySet());
    }
    List<Integer> all = survivorSet().indices();
    Set<Integer> answered = new TreeSet<>(all);
    open.badRecovery().forEach(dropped -> answered.retainAll(pairsOf(dropped).keySet()));
    return waiting(all, answered, answered.size(), all.size());
  }

  private Waiting waiting(List<Integer> due, Set<Integer> answered) {
    return waiting(due, answered, answered.size(), cohort().threshold());
  }

  private Waiting waiting(List<Integer> due, Collection<Integer> answered, int count, int needed) {
    List<String> missing = due.stream().filter(i -> !answered.contains(i)).map(this::name).toList();
    return new Waiting(phase.name(), missing, count, needed);
  }

  /** Root of each verified upload, by member, sorted. */
  public Map<String, Digest> uploads() {
    SortedMap<String, Digest> uploads = new TreeMap<>();
    roots.forEach((index, root) -> uploads.put(name(index), root));
    return uploads;
  }

  /** Members that declined the task. */
  public Set<String> declined() {
    Set<String> names = new TreeSet<>();
    declines.keySet().forEach(index -> names.add(name(index)));
    return names;
  }

  /** Ids of U3, once frozen, sorted; fold exactly their uploads. */
  public List<String> survivors() {
    return survivors == null ? List.of() : survivors.indices().stream().map(this::name).toList();
  }

  /** Whether {@link #chooseCertificate} is possible now. */
  public boolean certifiable() {
    return phase == Phase.SIGNING && survivorSignatures.size() >= cohort().threshold();
  }

  /** The payload of the survivor certificate, for the log. */
  public Optional<Bytes> certificate() {
    return Optional.ofNullable(certificate).map(c -> Bytes.of(c.encode()));
  }

  /** The published result, from phase AGREEING on. */
  public Optional<Result> publishedResult() {
    return Optional.ofNullable(result);
  }

  /** The survivor whose seed contradicts its hash, if that is why the attempt cannot be opened. */
  public Optional<String> badDealer() {
    return Optional.ofNullable(opening).flatMap(Opening::badDealer).map(this::name);
  }

  /** Dropped members whose recovery record was bad: named, to be excluded from the next epoch. */
  public List<String> badRecovery() {
    return opening == null ? List.of() : opening.badRecovery().stream().map(this::name).toList();
  }

  /**
   * The masks to take off the sum of U3's uploads, with {@link
   * org.concordat.secureagg.kernel.Unmasker}.
   *
   * @throws Refusal WRONG_STEP before enough reveals are in; BAD_DEALER naming a survivor whose
   *     seed contradicts its hash: the attempt cannot be opened, exclude it and go on with the next
   *     epoch
   */
  public List<MaskTerm> unmaskingInput() throws Refusal {
    Opening open = opening;
    if (open == null || phase == Phase.REVEALING) {
      throw new Refusal(
          Reason.WRONG_STEP, cohort().coordinator(), "waiting for " + waiting().missing());
    }
    requireNoBadDealer();
    return open.terms(cohort(), task, pairReveals);
  }

  private void requireNoBadDealer() throws Refusal {
    Optional<String> bad = badDealer();
    if (bad.isPresent()) {
      throw new Refusal(
          Reason.BAD_DEALER,
          bad.get(),
          "its seed contradicts the hash it deposited: exclude it and go on with the next epoch");
    }
  }

  /** The payload of the NonReveal quorum, in phase VOIDED: goes into the next attempt's task. */
  public Optional<Bytes> nonRevealQuorum() {
    return phase == Phase.VOIDED
        ? Optional.of(Bytes.of(quorumMessage().encode()))
        : Optional.empty();
  }

  /** The payload of the checkpoint certificate, in phase CHECKPOINTED. */
  public Optional<Bytes> checkpoint() {
    return phase == Phase.CHECKPOINTED
        ? Optional.of(Bytes.of(checkpointMessage().encode()))
        : Optional.empty();
  }

  private NonRevealQuorum quorumMessage() {
    return new NonRevealQuorum(ref, List.copyOf(nonReveals.values()));
  }

  private Checkpoint checkpointMessage() {
    return new Checkpoint(
        ref,
        Objects.requireNonNull(result).nextStateDigest(),
        stateSignatures.values().stream().limit(cohort().threshold()).toList());
  }

  private Survivors survivorSet() {
    return Objects.requireNonNull(survivors);
  }

  private Received open(byte[] sealed) throws Refusal {
    return Inbox.open(notary, sealed);
  }

  private int participant(String sender) throws Refusal {
    int index = cohort().indexOf(sender);
    require(
        manifest.indices().contains(index),
        Reason.NOT_A_PARTICIPANT,
        sender,
        "it holds no shares in epoch %d",
        manifest.epoch());
    return index;
  }

  private void requireRef(String sender, TokenRef other) throws Refusal {
    require(
        ref.equals(other),
        Reason.TASK_MISMATCH,
        sender,
        "a message about %s, this is %s",
        other.describe(),
        ref.describe());
  }

  private void requirePhase(Phase due) throws Refusal {
    require(
        phase == due,
        Reason.WRONG_STEP,
        cohort().coordinator(),
        "%s is at %s, not at %s",
        ref.describe(),
        phase,
        due);
  }

  private Cohort cohort() {
    return manifest.cohort();
  }

  private String name(int index) {
    return cohort().members().get(index);
  }
}

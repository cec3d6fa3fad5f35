package org.concordat.coordinator.evidence;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.JobRefusedException;
import org.concordat.coordinator.job.JobRefusedException.Kind;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.session.Newest;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.concordat.store.BlobReader;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.concordat.store.StoreException;

/** Records of rounds whose result is out, with their uploads, until enough later ones committed. */
public final class Evidence {
  private static final int MAX_LOGGED_DENIALS = 10_000;

  private final Entries entries;
  private final Blobs blobs;
  private final Uploads uploads;
  private final JobBook book;
  private final AlliancePolicy policy;
  private final int keepRounds;
  private final Set<String> loggedDenials = Newest.of(MAX_LOGGED_DENIALS);

  /**
   * @param keepRounds committed rounds whose evidence stays, the newest
   */
  public Evidence(
      Entries entries,
      Blobs blobs,
      Uploads uploads,
      JobBook book,
      AlliancePolicy policy,
      int keepRounds) {
    this.entries = entries;
    this.blobs = blobs;
    this.uploads = uploads;
    this.book = book;
    this.policy = policy;
    this.keepRounds = keepRounds;
  }

  /** Keeps a round's record; durable when it returns. Again does nothing new. */
  public void keep(Round round) {
    RoundRecord record = round.server().record().orElseThrow();
    blobs.putNamed(recordName(round.stream()), record.encode());
    entries.put(Kinds.EVIDENCE, round.stream().name(), EvidenceIndex.of(round).encode());
  }

  /**
   * Keeps the checkpoint of a round over several cohorts, as long as their records; durable when it
   * returns.
   */
  public void keep(AllianceCheckpoint certified) {
    StreamId round = StreamId.of(certified.job(), certified.round());
    blobs.putNamed(signaturesName(round), certified.encode());
  }

  /**
   * The round has committed in all its cohorts: the oldest ones that are too many go, with their
   * uploads and sums, this one at once where none is kept. Members that have not fetched their sum
   * by then take the state that the others signed.
   *
   * @param streams of the round: one, or its cohorts'
   * @return those whose uploads a policy wants erased at once, which is done
   */
  public List<StreamId> committed(List<StreamId> streams) {
    List<StreamId> order = new ArrayList<>(order());
    streams.stream().filter(stream -> !order.contains(stream)).forEach(order::add);
    List<StreamId> erased = streams.stream().filter(this::deletesUploads).toList();
    erased.forEach(this::releaseUploads);
    while (order.stream().map(StreamId::whole).distinct().count() > keepRounds) {
      StreamId oldest = order.get(0).whole();
      order.stream().filter(stream -> stream.whole().equals(oldest)).forEach(this::forget);
      order.removeIf(stream -> stream.whole().equals(oldest));
    }
    putOrder(order);
    return erased;
  }

  private boolean deletesUploads(StreamId stream) {
    return policy.deletesUpdates(index(stream).map(index -> index.task().policyDigest()));
  }

  /**
   * Rounds of which something is kept although they ended so early, from the oldest.
   *
   * @param before milliseconds since 1970
   */
  List<StreamId> endedBefore(long before) {
    return order().stream().filter(stream -> endedMillis(stream) < before).toList();
  }

  /** Each closed round has a summary: one without has not ended. */
  private long endedMillis(StreamId stream) {
    return entries
        .get(Kinds.ROUNDS, stream.name())
        .map(RoundSummaries::parse)
        .map(RoundSummary::getEndedMillis)
        .orElse(Long.MAX_VALUE);
  }

  /**
   * Removes what is kept of these rounds, which have committed; whoever asks for it later is told
   * why there is nothing.
   */
  void delete(List<StreamId> streams, String obligation) {
    List<StreamId> order = new ArrayList<>(order());
    byte[] why = obligation.getBytes(StandardCharsets.UTF_8);
    streams.forEach(stream -> entries.put(Kinds.EVIDENCE_DELETED, stream.name(), why));
    streams.forEach(this::forget);
    order.removeAll(streams);
    putOrder(order);
  }

  private void putOrder(List<StreamId> order) {
    String names = order.stream().map(StreamId::name).collect(Collectors.joining("\n"));
    entries.put(Kinds.EVIDENCE_ORDER, "", names.getBytes(StandardCharsets.UTF_8));
  }

  private void releaseUploads(StreamId stream) {
    index(stream).ifPresent(index -> uploads.release(index.task().digest()));
  }

  private Optional<EvidenceIndex> index(StreamId stream) {
    return entries.get(Kinds.EVIDENCE, stream.name()).map(EvidenceIndex::decode);
  }

  /** Rounds from the oldest; one over several cohorts counts once. */
  private List<StreamId> order() {
    return entries
        .get(Kinds.EVIDENCE_ORDER, "")
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8).lines())
        .map(names -> names.map(StreamId::parse).toList())
        .orElse(List.of());
  }

  /** Removes what is kept of a round; a sum that another round has too stays. */
  public void forget(StreamId stream) {
    Optional<EvidenceIndex> index = index(stream);
    entries.apply(List.of(new Entries.Delete(Kinds.EVIDENCE, stream.name())));
    blobs.erase(recordName(stream));
    blobs.erase(signaturesName(stream.whole()));
    index.ifPresent(gone -> uploads.release(gone.task().digest()));
    index.map(EvidenceIndex::sumRoot).ifPresent(this::forgetSum);
  }

  /** Tasks of which a region's partial sum is still here: so long the region keeps its uploads. */
  public Set<Digest> partialSumsKept(String region) {
    return entries.all(Kinds.EVIDENCE).values().stream()
        .map(EvidenceIndex::decode)
        .filter(
            index ->
                index.partials().stream()
                    .filter(partial -> partial.region().equals(region))
                    .anyMatch(
                        partial ->
                            Files.exists(
                                uploads.file(region, index.task().digest(), partial.root()))))
        .map(index -> index.task().digest())
        .collect(Collectors.toSet());
  }

  /** Erases a sum, unless a round whose evidence is kept has the same one. */
  public void forgetSum(Digest root) {
    if (!keptSums().contains(root)) {
      blobs.erase(RoundWork.sumName(root));
    }
  }

  private Set<Digest> keptSums() {
    return entries.all(Kinds.EVIDENCE).values().stream()
        .map(index -> EvidenceIndex.decode(index).sumRoot())
        .collect(Collectors.toSet());
  }

  /**
   * Erases the sums and uploads that no evidence and no open round needs: what a stop left between
   * a sum and its round's event, or an upload that came too late. Only while nothing is being
   * computed.
   *
   * @param sums that open rounds have
   * @param tasks of open rounds
   * @param past whether a stream's round is over, whatever became of it
   */
  public void sweep(Set<Digest> sums, Set<Digest> tasks, Predicate<StreamId> past) {
    List<StreamId> order = order();
    entries.all(Kinds.EVIDENCE).keySet().stream()
        .map(StreamId::parse)
        .filter(stream -> past.test(stream) && !order.contains(stream))
        .forEach(this::forget);
    List<EvidenceIndex> kept =
        entries.all(Kinds.EVIDENCE).values().stream().map(EvidenceIndex::decode).toList();
    Set<String> needed =
        Stream.concat(kept.stream().map(EvidenceIndex::sumRoot), sums.stream())
            .map(RoundWork::sumName)
            .collect(Collectors.toSet());
    blobs.names().stream()
        .filter(name -> name.startsWith(RoundWork.SUM) && !needed.contains(name))
        .forEach(blobs::erase);
    uploads.retain(
        Stream.concat(kept.stream().map(index -> index.task().digest()), tasks.stream())
            .collect(Collectors.toSet()));
  }

  /** The encoded certificate of the draw of a roster's cohorts. */
  public byte[] draw(Digest roster) throws JobRefusedException {
    return DrawKeeper.certificate(entries, roster)
        .orElseThrow(
            () ->
                new JobRefusedException(
                    Kind.NOT_FOUND, "the cohorts of roster " + roster + " were not drawn"));
  }

  /** A round's record. */
  public BlobReader record(String job, long round, int cohort) throws JobRefusedException {
    index(job, round, cohort);
    return kept(recordName(new StreamId(job, round - 1, cohort)));
  }

  private BlobReader kept(String name) {
    return blobs
        .openNamed(name)
        .orElseThrow(() -> new StoreException("evidence " + name + " is missing on the disk"));
  }

  /** The signatures of the state after a round over several cohorts. */
  public BlobReader signatures(String job, long round) throws JobRefusedException {
    Optional<BlobReader> kept = blobs.openNamed(signaturesName(StreamId.of(job, round - 1)));
    if (kept.isEmpty()) {
      requireNotDeleted(new StreamId(job, round - 1, 1)); // its cohorts go together
      throw new JobRefusedException(
          Kind.NOT_FOUND,
          ("no signatures are kept of the state after round %d of job '%s': not every cohort has"
                  + " certified it, it has one cohort, or %d later rounds have committed")
              .formatted(round, job, keepRounds));
    }
    return kept.get();
  }

  /** The signed partial sums of a round's regions; none where it has none. */
  public List<Bytes> partialSums(String job, long round, int cohort) throws JobRefusedException {
    return index(job, round, cohort).partials().stream()
        .map(EvidenceIndex.Partial::sealed)
        .toList();
  }

  /** A round's sum. */
  public BlobReader sum(String job, long round, int cohort) throws JobRefusedException {
    return kept(RoundWork.sumName(index(job, round, cohort).sumRoot()));
  }

  private EvidenceIndex index(String job, long round, int cohort) throws JobRefusedException {
    StreamId stream = new StreamId(job, round - 1, cohort);
    Optional<EvidenceIndex> kept = index(stream);
    if (kept.isEmpty()) {
      requireNotDeleted(stream);
    }
    return kept.orElseThrow(
        () ->
            new JobRefusedException(
                Kind.NOT_FOUND,
                ("nothing is kept of round %d of job '%s': it has no result yet, it runs in several"
                        + " cohorts and another one was asked for, or %d later"
                        + " rounds have committed ('rounds.keep-evidence-rounds' in the"
                        + " coordinator's file)")
                    .formatted(round, job, keepRounds)));
  }

  private void requireNotDeleted(StreamId stream) throws JobRefusedException {
    Optional<byte[]> why = entries.get(Kinds.EVIDENCE_DELETED, stream.name());
    if (why.isPresent()) {
      throw new JobRefusedException(
          Kind.NOT_FOUND,
          ("what was kept of %s was deleted by retention: the policy asks for it (obligation %s);"
                  + " the model that it released, and the log, stay")
              .formatted(stream.inWords(), new String(why.get(), StandardCharsets.UTF_8)));
    }
  }

  /**
   * Whether the policy lets the caller receive a round's sum ({@code RELEASE}) or leaves of its
   * uploads ({@code SUBMIT}; of partial sums {@code AGGREGATE}, where these were made). A caller's
   * first denial for a round is logged. On the mailbox thread.
   *
   * @throws JobRefusedException FORBIDDEN with the policy's explanation
   */
  public void requireAllowed(Action action, String caller, String jobId, long round, int cohort)
      throws JobRefusedException {
    Job job =
        book.find(jobId)
            .orElseThrow(
                () -> new JobRefusedException(Kind.NOT_FOUND, "no job is named '" + jobId + "'"));
    EvidenceIndex index = index(jobId, round, cohort);
    if (action == Action.SUBMIT && !index.partials().isEmpty()) {
      requireAllowed(Action.AGGREGATE, caller, jobId, round, cohort);
      if (index.direct().isEmpty()) {
        return;
      }
    }
    List<String> owners =
        switch (action) {
          case SUBMIT -> index.direct();
          case AGGREGATE -> index.inRegions();
          default -> List.copyOf(index.roots().keySet());
        };
    StreamId stream = new StreamId(jobId, round - 1, cohort);
    boolean first = loggedDenials.add(caller + " " + action + " " + stream);
    String denial =
        policy.denialFor(
            action,
            job.spec(),
            owners,
            index.sums(order().contains(stream)),
            caller,
            first ? stream.inWords() + ", " + action.artefact() : "");
    if (!denial.isEmpty()) {
      throw new JobRefusedException(Kind.FORBIDDEN, denial);
    }
    loggedDenials.remove(caller + " " + action + " " + stream);
  }

  /** The leaves, read one at a time, member by member; a region's are those of its partial sum. */
  public Iterator<LeafPart> leaves(String job, long round, int cohort, List<Integer> wanted)
      throws JobRefusedException {
    EvidenceIndex index = index(job, round, cohort);
    requireUploads(index, round);
    Set<Integer> distinct = UploadLeaves.wanted(index.task(), wanted);
    UploadLeaves leaves = new UploadLeaves(uploads);
    return index.held().keySet().stream()
        .flatMap(
            owner ->
                distinct.stream()
                    .map(
                        leaf ->
                            leaves.part(
                                index.task(),
                                owner,
                                Objects.requireNonNull(index.held().get(owner)),
                                leaf)))
        .iterator();
  }

  private void requireUploads(EvidenceIndex index, long round) throws JobRefusedException {
    String any = index.held().firstKey();
    Digest root = Objects.requireNonNull(index.held().get(any));
    if (!Files.exists(uploads.file(any, index.task().digest(), root))) {
      throw new JobRefusedException(
          Kind.NOT_FOUND,
          "the masked updates of round "
              + round
              + " are erased: the policy asks for it (obligation delete-updates-after-round)");
    }
  }

  private static String recordName(StreamId stream) {
    return "record-" + named(stream);
  }

  private static String signaturesName(StreamId round) {
    return "signatures-" + named(round);
  }

  private static String named(StreamId stream) {
    return Digest.sha256(stream.name().getBytes(StandardCharsets.UTF_8)).hex();
  }
}

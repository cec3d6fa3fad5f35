package org.concordat.coordinator.audit;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.concordat.auditlog.Appending;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditField;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.ConsistencyProof;
import org.concordat.auditlog.EntryConflictException;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.LogTiles;
import org.concordat.auditlog.LogUnwritableException;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.Genesis;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.access.AccessRecorder;
import org.concordat.coordinator.access.TurnedAway;
import org.concordat.iam.AccessDecision;
import org.concordat.iam.AccessRule;
import org.concordat.iam.AccessTable;
import org.concordat.iam.DenialFlood;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.AuditHead;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.secureagg.Digest;
import org.concordat.store.Entries;
import org.jspecify.annotations.Nullable;

/**
 * The alliance's signed log, as the coordinator writes it. Everything written is durable when the
 * call returns.
 */
public final class AuditTrail implements AccessRecorder, AutoCloseable {
  /** Where the log lies below the coordinator's home. */
  public static final String DIRECTORY = "audit-log";

  /** The log's signing key, beside the identity keys. */
  public static final String KEY_FILE = "keys/audit-log.key";

  private static final Duration FLOOD_INTERVAL = Duration.ofMinutes(1);

  /** Polls are written once per caller, call and certificate, not one by one. */
  private static final Set<Permission> POLLS =
      Set.of(Permission.READ_STATUS, Permission.AGENT_SESSION, Permission.UPLOAD);

  /** The role of whoever is no caller any more. */
  private static final String FORMER = "former";

  /** A job's spec, as its proposal's entry names the digest. */
  public static final String SPEC = "spec";

  private static final int MAX_REMEMBERED_POLLS = 100_000;

  private final AuditLog log;
  private final SeenHead seen;
  private final String alliance;
  private final Clock clock;
  private final DenialFlood flood;
  private final Set<String> polls = new HashSet<>();
  private final List<AuditEntry> waiting = new ArrayList<>();

  private final Path directory;
  private volatile @Nullable Cosigned witnessed;

  /** By the last append that had something to write. */
  private volatile @Nullable LogUnwritableException refused;

  private AuditTrail(Path directory, AuditLog log, SeenHead seen, String alliance, Clock clock) {
    this.directory = directory;
    this.log = log;
    this.seen = seen;
    this.alliance = alliance;
    this.clock = clock;
    this.flood = new DenialFlood(FLOOD_INTERVAL, clock);
  }

  /**
   * Opens the log.
   *
   * @param entries remember its newest head, within seconds and at the end
   * @throws IllegalStateException if the signing key is not the one that the genesis names
   * @throws org.concordat.auditlog.LogRolledBackException if it is not an extension of that head
   */
  public static AuditTrail open(Path home, Genesis genesis, Entries entries, Clock clock) {
    LogSigner signer = LogSigner.load(home.resolve(KEY_FILE));
    if (!signer.vkey().toString().equals(genesis.logVkey().value())) {
      throw new IllegalStateException(
          "the log key in "
              + home.resolve(KEY_FILE)
              + " is not the one that the genesis names: restore that key");
    }
    AuditLog log = AuditLog.open(home.resolve(DIRECTORY), signer);
    SeenHead seen = new SeenHead(home.resolve(DIRECTORY), entries);
    try {
      seen.require(log);
    } catch (RuntimeException refused) {
      log.close();
      throw refused;
    }
    return new AuditTrail(
        home.resolve(DIRECTORY), log, seen, genesis.roster().alliance().value(), clock);
  }

  /**
   * An entry of this alliance, now. Derive the id from what happened; add job, round and details.
   */
  public AuditEntry entry(
      String id, EntryType type, String actor, String subject, EntryOutcome outcome) {
    return AuditEntry.of(id, clock.instant(), type, actor, subject, outcome).inAlliance(alliance);
  }

  /** An id for what happens once and is never retried. */
  public static String freshId() {
    return UUID.randomUUID().toString();
  }

  /**
   * Keeps an entry for the next {@link #append}, {@link #once} or {@link #flush}, whichever comes
   * first.
   */
  public synchronized void later(AuditEntry entry) {
    waiting.add(entry);
  }

  /**
   * Appends what waits and then entries whose content is a function of their id. Durable when it
   * returns; calls at the same time share a sync.
   */
  public void append(List<AuditEntry> entries) {
    List<AuditEntry> before;
    Appending all;
    synchronized (this) { // in the log in the order in which they came here
      before = List.copyOf(waiting);
      waiting.clear();
      all = log.submit(Stream.concat(before.stream(), entries.stream()).toList());
    }
    boolean durable = false;
    try {
      all.durable();
      durable = true;
      refused = before.isEmpty() && entries.isEmpty() ? refused : null;
    } catch (LogUnwritableException full) {
      refused = full;
      throw full;
    } finally {
      if (!durable) {
        waitAgain(before);
      }
    }
  }

  /** Why an entry would not be taken now, as far as one can tell without one. */
  public Optional<RuntimeException> unusable() {
    try {
      log.requireWritable();
      return Optional.ofNullable(refused);
    } catch (AuditLogException | IllegalStateException broken) {
      return Optional.of(broken);
    }
  }

  private synchronized void waitAgain(List<AuditEntry> entries) {
    waiting.addAll(0, entries);
  }

  /** Appends an entry unless one with its id is there, whatever that one's time and details. */
  public void once(AuditEntry entry) {
    if (log.find(entry.id()).isPresent()) { // the first entry stands: its effect did not
      append(List.of());
      return;
    }
    try {
      append(List.of(entry));
    } catch (EntryConflictException since) {
      append(List.of());
    }
  }

  @Override
  public void decided(String method, AccessDecision decision) {
    String caller = decision.caller().member().value();
    if (decision.allowed() && isPoll(decision.rule()) && !firstPoll(method, decision)) {
      return;
    }
    AuditEntry entry =
        entry(
                freshId(),
                EntryType.ACCESS,
                caller,
                method,
                decision.allowed() ? EntryOutcome.ALLOW : EntryOutcome.DENY)
            .detail("role", decision.role())
            .detail("rule", decision.rule().map(AccessRule::name).orElse("none"))
            .remark("explanation", decision.explanation())
            .digest("certificate", decision.caller().certificate().toString());
    once(decision.caller().person().map(name -> entry.detail("person", name)).orElse(entry));
  }

  private boolean firstPoll(String method, AccessDecision decision) {
    return first(
        String.join(
            " ",
            method,
            decision.caller().certificate().toString(),
            decision.caller().person().orElse(""),
            decision.role()));
  }

  private synchronized boolean first(String poll) {
    if (polls.size() >= MAX_REMEMBERED_POLLS) {
      polls.clear();
    }
    return polls.add(poll);
  }

  @Override
  public void former(String method, String member, Sha256 certificate, String why) {
    Optional<AccessRule> rule = AccessTable.rule(method);
    if (isPoll(rule) && !first(String.join(" ", method, certificate.toString(), FORMER, why))) {
      return;
    }
    once(
        entry(freshId(), EntryType.ACCESS, member, method, EntryOutcome.ALLOW)
            .detail("role", FORMER)
            .detail("rule", rule.map(AccessRule::name).orElse("none"))
            .remark("explanation", "one of the last calls that are answered: " + why)
            .digest("certificate", certificate.toString()));
  }

  private static boolean isPoll(Optional<AccessRule> rule) {
    return rule.filter(named -> POLLS.contains(named.permission())).isPresent();
  }

  @Override
  public void unauthenticated(String method, String reason) {
    flood.record(reason).ifPresent(this::writeFlood);
  }

  /** Writes what a flood of denials has left, if its interval is over. */
  public void flush() {
    append(List.of());
    flood.flushIfDue().ifPresent(this::writeFlood);
    remember();
  }

  private synchronized void remember() {
    seen.remember(log.checkpoint());
  }

  private void writeFlood(DenialFlood.Summary summary) {
    once(
        entry(freshId(), EntryType.ACCESS, TurnedAway.UNAUTHENTICATED, "calls", EntryOutcome.DENY)
            .detail("denials", String.valueOf(summary.denials()))
            .remark("lastReason", summary.lastReason())
            .detail("from", summary.from().toString())
            .detail("until", summary.until().toString()));
  }

  /** What a limit of the port has turned away: one entry for a flood. */
  public void turnedAway(TurnedAway.Flood flood) {
    once(
        entry(freshId(), EntryType.ACCESS, flood.who(), "limits", EntryOutcome.DENY)
            .detail("limit", flood.limit().key())
            .detail("value", String.valueOf(flood.value()))
            .detail("turnedAway", String.valueOf(flood.times()))
            .detail("from", flood.from().toString())
            .detail("until", flood.until().toString()));
  }

  /**
   * The head, and then matching entries, oldest first, each with the proof that it is under that
   * head.
   *
   * @throws IllegalArgumentException naming the filter that is not understood
   */
  public Iterator<AuditRecord> query(AuditQueryRequest query) {
    AuditFilter filter = Queries.filter(query);
    Head head = head();
    long size = head.checkpoint().size();
    return Stream.concat(
            Stream.of(head(head, query.getSeenSize())),
            log.query(filter)
                .takeWhile(logged -> logged.index() < size)
                .map(logged -> record(logged, size)))
        .iterator();
  }

  /** All entries of a type, oldest first. */
  public Stream<AuditEntry> entries(EntryType type) {
    return entries(AuditFilter.ALL.with(AuditField.TYPE, type.text()));
  }

  private Stream<AuditEntry> entries(AuditFilter filter) {
    return log.query(filter).map(LoggedEntry::entry);
  }

  /** Whether the log tells of a job of that name more than that this spec was proposed. */
  public boolean tellsOf(String job, Digest spec) {
    AuditFilter named = AuditFilter.ALL.with(AuditField.JOB, job);
    return entries(named.with(AuditField.TYPE, EntryType.CONSENT.text())).findAny().isPresent()
        || entries(named.with(AuditField.TYPE, EntryType.JOB.text()))
            .anyMatch(entry -> !spec.hex().equals(entry.digests().get(SPEC)));
  }

  private AuditRecord head(Head head, long seen) {
    AuditHead.Builder shown =
        AuditHead.newBuilder().setCheckpoint(ByteString.copyFromUtf8(head.note()));
    if (seen > 0 && seen <= head.checkpoint().size()) {
      log.consistency(seen, head.checkpoint().size())
          .hashes()
          .forEach(hash -> shown.addProof(ByteString.copyFrom(hash.bytes())));
    }
    return AuditRecord.newBuilder().setHead(shown).build();
  }

  private AuditRecord record(LoggedEntry logged, long size) {
    AuditRecord.Builder record =
        AuditRecord.newBuilder().setIndex(logged.index()).setJson(logged.entry().json());
    log.inclusion(logged.index(), size)
        .hashes()
        .forEach(hash -> record.addProof(ByteString.copyFrom(hash.bytes())));
    return record.build();
  }

  public long size() {
    return log.checkpoint().size();
  }

  /**
   * The newest head.
   *
   * @param note as signed
   */
  public record Head(Checkpoint checkpoint, String note) {}

  /** The newest head; it is durable. Of one note: between two questions the log may have grown. */
  public synchronized Head head() {
    String note = log.signedCheckpoint();
    return new Head(Checkpoint.open(note.getBytes(StandardCharsets.UTF_8), log.vkey()), note);
  }

  /** A proof that the log of one size extends that of an earlier size. */
  public synchronized ConsistencyProof consistency(long oldSize, long newSize) {
    return log.consistency(oldSize, newSize);
  }

  /**
   * Keeps a cosigned head beside the log, for auditors.
   *
   * @param note with all its signatures
   */
  public void witnessed(WitnessedHead head, String note) {
    WitnessedHead.write(directory, note);
    witnessed = new Cosigned(head, note);
  }

  /**
   * A head that a quorum has cosigned.
   *
   * @param note with all its signatures
   */
  public record Cosigned(WitnessedHead head, String note) {}

  /** The newest one since this process began. */
  public Optional<Cosigned> cosigned() {
    return Optional.ofNullable(witnessed);
  }

  /** The same without the note. */
  public Optional<WitnessedHead> witnessed() {
    return cosigned().map(Cosigned::head);
  }

  /** The log's files as they may be served while it is written. */
  public LogTiles tiles() {
    return new LogTiles(directory, log::size);
  }

  /** The root hash of the signed tree, in hexadecimal. */
  public String root() {
    return log.checkpoint().root().hex();
  }

  @Override
  public void close() {
    try {
      append(List.of());
      remember();
    } finally {
      log.close();
    }
  }
}

package org.concordat.coordinator.witness;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.Cosignature;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.session.Sessions;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.LogHead;
import org.concordat.protocol.v1.SessionDown;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows every member the log's newest head, once in an interval in which it grew and else once a
 * minute, so that a quiet log is not a withheld one, and collects the cosignatures. With those of a
 * quorum of the agents the head is kept beside the log. On the mailbox thread.
 */
public final class Witnesses {
  private static final Logger LOG = LoggerFactory.getLogger(Witnesses.class);
  private static final int MAX_REASON_CHARS = 2000;

  /** A head that is the newest for long is shown again. */
  static final Duration AGAIN = Duration.ofMinutes(1);

  private final AuditTrail audit;
  private final Directory directory;
  private final Sessions sessions;
  private final Clock clock;
  private final Duration interval;

  /** Size of the head that each cosigned last; of whoever is not in it, it is not known. */
  private final Map<String, Long> seen = new HashMap<>();

  private final Map<String, String> lastRefusal = new HashMap<>();
  private final Map<String, Cosignature> cosigned = new TreeMap<>();

  /** Who was shown the head and has not answered. */
  private final Set<String> asked = new HashSet<>();

  /** Who has said, of this head, that it has seen another size than thought; once is enough. */
  private final Set<String> corrected = new HashSet<>();

  private AuditTrail.@Nullable Head head;
  private Instant nextHead = Instant.MIN;
  private Instant lastShown = Instant.MIN;

  /**
   * @param interval the least time between two heads
   */
  public Witnesses(
      AuditTrail audit, Directory directory, Sessions sessions, Clock clock, Duration interval) {
    this.audit = audit;
    this.directory = directory;
    this.sessions = sessions;
    this.clock = clock;
    this.interval = interval;
  }

  /** A member is here, perhaps with another store than before. */
  public void connected(String member) {
    seen.remove(member);
    cosigned.remove(member);
    corrected.remove(member);
    show(member);
  }

  /** Takes a new head where it is time for one, or shows the last one again. */
  public void tick() {
    Instant now = clock.instant();
    // a clock that was set back must not stop it
    boolean early = now.isBefore(nextHead) && !now.isBefore(nextHead.minus(interval));
    if (!early && (head == null || audit.size() > head.checkpoint().size())) {
      nextHead = now.plus(interval);
      lastShown = now;
      head = audit.head();
      cosigned.clear();
      asked.clear();
      corrected.clear();
      showAll();
    } else if (now.isBefore(lastShown) || !now.isBefore(lastShown.plus(AGAIN))) {
      lastShown = now;
      showAll();
    }
  }

  private void showAll() {
    directory.roster().agents().forEach(agent -> show(agent.id().value()));
  }

  private void show(String member) {
    AuditTrail.Head shown = head;
    if (shown == null || !sessions.connected(member)) {
      return;
    }
    long old = Math.min(seen.getOrDefault(member, 0L), shown.checkpoint().size());
    LogHead.Builder message =
        LogHead.newBuilder().setCheckpoint(ByteString.copyFromUtf8(shown.note())).setOldSize(old);
    audit
        .consistency(old, shown.checkpoint().size())
        .hashes()
        .forEach(hash -> message.addProof(ByteString.copyFrom(hash.bytes())));
    audit.cosigned().ifPresent(newest -> addWitnessed(message, newest, shown));
    asked.add(member);
    sessions.push(member, SessionDown.newBuilder().setLogHead(message).build());
  }

  /** A member may demand that others have seen what it is shown. */
  private void addWitnessed(
      LogHead.Builder message, AuditTrail.Cosigned newest, AuditTrail.Head shown) {
    message.setWitnessed(ByteString.copyFromUtf8(newest.note()));
    audit
        .consistency(newest.head().checkpoint().size(), shown.checkpoint().size())
        .hashes()
        .forEach(hash -> message.addWitnessedProof(ByteString.copyFrom(hash.bytes())));
  }

  /** Takes one member's answer; at most one to each time that it was shown a head. */
  public void answered(String member, LogCosignature answer) {
    AuditTrail.Head shown = head;
    if (shown == null
        || !answer.getCheckpoint().toStringUtf8().equals(shown.note())
        || !asked.remove(member)) {
      return; // about a head that is past, or nothing that was asked
    }
    if (!answer.getLine().isEmpty()) {
      cosigned(member, shown, answer.getLine());
    } else if (!answer.getRefused().isEmpty()) {
      refused(member, answer.getRefused());
    } else if (answer.getSize() < 0 || answer.getSize() > shown.checkpoint().size()) {
      refused(
          member,
          "it says that it has cosigned %s entries, the log has %d"
              .formatted(Long.toUnsignedString(answer.getSize()), shown.checkpoint().size()));
    } else if (seen.getOrDefault(member, 0L) != answer.getSize() && corrected.add(member)) {
      seen.put(member, answer.getSize());
      show(member);
    }
  }

  private void cosigned(String member, AuditTrail.Head shown, String line) {
    Optional<WitnessKey> key = directory.find(member).map(Witnesses::key);
    if (key.isEmpty()) {
      return;
    }
    try {
      cosigned.put(member, Cosignature.open(line, key.get(), shown.checkpoint()));
    } catch (AuditLogException bad) {
      refused(member, "its cosignature is not one: " + bad.getMessage());
      return;
    }
    seen.put(member, shown.checkpoint().size());
    lastRefusal.remove(member);
    // it was removed meanwhile, or has other keys
    cosigned
        .entrySet()
        .removeIf(
            one ->
                !directory.isMember(one.getKey())
                    || !directory
                        .find(one.getKey())
                        .map(Witnesses::key)
                        .equals(Optional.of(one.getValue().witness())));
    if (cosigned.size() >= directory.roster().quorum()) {
      keep(shown);
    }
  }

  private void keep(AuditTrail.Head shown) {
    StringBuilder note = new StringBuilder(shown.note());
    Map<String, Instant> witnesses = new TreeMap<>();
    for (Cosignature one : cosigned.values()) {
      note.append(one.line());
      witnesses.put(one.witness().name(), one.time());
    }
    try {
      audit.witnessed(new WitnessedHead(shown.checkpoint(), witnesses), note.toString());
    } catch (AuditLogException full) {
      LOG.warn("a cosigned head was not kept, the next is: {}", full.getMessage());
    }
  }

  /** In the log once, until it is another reason. */
  private void refused(String member, String why) {
    String reason = why.substring(0, Math.min(MAX_REASON_CHARS, why.length()));
    if (!reason.equals(lastRefusal.put(member, reason))) {
      LOG.warn("{} did not cosign the audit log: {}", member, reason);
      audit.later(
          audit
              .entry(
                  AuditTrail.freshId(), EntryType.SYSTEM, member, "audit-log", EntryOutcome.FAILED)
              .remark("notCosigned", reason));
    }
  }

  private static WitnessKey key(RosterEntry entry) {
    return WitnessKey.of(entry.dnsName(), entry.identityKey().bytes());
  }
}

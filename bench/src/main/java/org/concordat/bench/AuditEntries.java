package org.concordat.bench;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.secureagg.Digest;

/** Log entries as a coordinator writes them for rounds of four members: the same every time. */
final class AuditEntries {
  private static final Instant START = Instant.parse("2026-11-30T09:00:00.125Z");
  private static final List<String> MEMBERS = List.of("zurich", "geneva", "lyon", "munich");
  private static final List<String> PHASES =
      List.of("OPENED", "COLLECTING", "CERTIFYING", "UNMASKING", "AGREEING");

  /** So many entries has a round. */
  static final int A_ROUND = 8;

  private AuditEntries() {}

  /** Entries from a number on. */
  static List<AuditEntry> of(int from, int count) {
    List<AuditEntry> entries = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      entries.add(entry(i, "heart-disease", i / A_ROUND + 1));
    }
    return entries;
  }

  /** When the entry of a number happens. */
  static Instant time(int number) {
    return START.plusMillis(40L * number);
  }

  /** Of eight entries five are phases, two the policy's decisions, one the release of a model. */
  static AuditEntry entry(int number, String job, int round) {
    int step = number % A_ROUND;
    if (step < PHASES.size()) {
      return phase(number, job, round, EntryType.PHASE, PHASES.get(step));
    }
    if (step == A_ROUND - 1) {
      return release(phase(number, job, round, EntryType.MODEL_RELEASE, "RECORDING"), number);
    }
    String member = MEMBERS.get(round % MEMBERS.size());
    return base(number, job, round, EntryType.DECISION, member, EntryOutcome.ALLOW)
        .detail("action", step == 5 ? "train" : "reveal")
        .detail("rules", "consent-before-training, region-of-the-member")
        .digest("policy", digest("policy"));
  }

  private static AuditEntry phase(int number, String job, int round, EntryType type, String phase) {
    return base(number, job, round, type, phase, EntryOutcome.OK)
        .detail("phase", phase)
        .detail("kind", "TRAIN")
        .detail("token", "3/" + round % 64)
        .digest("task", digest("task " + round));
  }

  private static AuditEntry release(AuditEntry phase, int number) {
    AuditEntry entry = phase.detail("survivors", String.join(",", MEMBERS));
    for (String member : MEMBERS) {
      entry = entry.digest("upload." + member, digest(member + number));
    }
    for (String what : List.of("sum", "model", "state", "certificate", "record")) {
      entry = entry.digest(what, digest(what + number));
    }
    return entry;
  }

  private static AuditEntry base(
      int number, String job, int round, EntryType type, String subject, EntryOutcome outcome) {
    return AuditEntry.of(
            job + "/" + round + "/1/" + number, time(number), type, "coordinator", subject, outcome)
        .inAlliance("hospitals.example")
        .inRound(job, round, 1);
  }

  private static String digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}

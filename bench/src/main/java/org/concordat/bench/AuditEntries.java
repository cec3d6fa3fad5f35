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

  private AuditEntries() {}

  /** Entries from a number on. */
  static List<AuditEntry> of(int from, int count) {
    List<AuditEntry> entries = new ArrayList<>(count);
    for (int i = from; i < from + count; i++) {
      entries.add(entry(i));
    }
    return entries;
  }

  /** Of eight entries five are phases, two the policy's decisions, one the release of a model. */
  private static AuditEntry entry(int number) {
    int round = number / 8 + 1;
    int step = number % 8;
    if (step < PHASES.size()) {
      return phase(number, round, EntryType.PHASE, PHASES.get(step));
    }
    if (step == 7) {
      return release(phase(number, round, EntryType.MODEL_RELEASE, "RECORDING"), number);
    }
    String member = MEMBERS.get(round % MEMBERS.size());
    return base(number, round, EntryType.DECISION, member, EntryOutcome.ALLOW)
        .detail("action", step == 5 ? "train" : "reveal")
        .detail("rules", "consent-before-training, region-of-the-member")
        .digest("policy", digest("policy"));
  }

  private static AuditEntry phase(int number, int round, EntryType type, String phase) {
    return base(number, round, type, phase, EntryOutcome.OK)
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
      int number, int round, EntryType type, String subject, EntryOutcome outcome) {
    return AuditEntry.of(
            "heart-disease/" + round + "/1/" + number,
            START.plusMillis(40L * number),
            type,
            "coordinator",
            subject,
            outcome)
        .inAlliance("hospitals.example")
        .inRound("heart-disease", round, 1);
  }

  private static String digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).hex();
  }
}

package org.concordat.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.Cosignature;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.RosterEntry;

/** A log of a founded alliance, with members' cosignatures, without any program running. */
final class CosignedLog {
  static final Instant START = Instant.parse("2026-11-21T09:00:00.250Z");

  private CosignedLog() {}

  static LogSigner signer(Founding founding) {
    return LogSigner.load(founding.home("coordinator").resolve("keys/audit-log.key"));
  }

  static AuditEntry entry(int number) {
    AuditEntry entry =
        AuditEntry.of(
            "consent/heart/" + number,
            START.plusSeconds(number),
            number == 3 ? EntryType.ACCESS : EntryType.CONSENT,
            "zurich",
            number == 3 ? "concordat.v1.Operations/SubmitJob" : "heart",
            number == 3 ? EntryOutcome.DENY : EntryOutcome.ALLOW);
    return entry
        .inRound("heart", number + 1, number == 4 ? 1 : 0)
        .detail("explanation", "No rule allows it.")
        .detail("role", "agent")
        .digest("certificate", "ab".repeat(32));
  }

  /** Entries up to a size, the first ones cosigned by these members. */
  static Path make(Founding founding, Path folder, int cosigned, int size, String... members) {
    try (AuditLog log = AuditLog.open(folder, signer(founding))) {
      append(log, 0, cosigned);
      StringBuilder note = new StringBuilder(log.signedCheckpoint());
      for (String member : members) {
        note.append(cosign(founding, member, log.checkpoint()));
      }
      WitnessedHead.write(folder, note.toString());
      append(log, cosigned, size);
    }
    return folder;
  }

  static void append(AuditLog log, int from, int to) {
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = from; i < to; i++) {
      entries.add(entry(i));
    }
    log.append(entries);
  }

  private static String cosign(Founding founding, String member, Checkpoint head) {
    RosterEntry agent =
        Genesis.load(founding.genesis()).roster().find(new MemberId(member)).orElseThrow();
    WitnessKey key = WitnessKey.of(agent.dnsName(), agent.identityKey().bytes());
    byte[] signature =
        ParticipantKeys.load(founding.home(member).resolve("keys"))
            .sign(Cosignature.message(head, START.plusSeconds(3600)));
    return Cosignature.of(key, START.plusSeconds(3600), signature).line();
  }
}

package org.concordat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLog;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.Sha256;
import org.concordat.jurisdictions.DecisionFacts;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSource;
import org.concordat.jurisdictions.Facts;
import org.concordat.jurisdictions.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What another policy would have said to a log's decisions. */
class PolicyReplayTest {
  private static final Instant TIME = Instant.parse("2026-11-21T12:00:00Z");
  private static final String POLICY =
      """
      format: 1
      policy: next
      version: 2
      rules:
        - id: europe
          effect: permit
          actions: [submit, train]
          when: {fact: country, from: [roster], in: [DE, FR]}
          because: a test
      tests:
        - name: a German one submits
          action: submit
          now: 2026-11-21T12:00:00Z
          members: {lyon: {country: {value: DE, source: roster}}}
          expect: allowed
      """;

  @TempDir Path root;

  private static DecisionFacts facts(String country) {
    TreeMap<String, Facts> members = new TreeMap<>();
    members.put("lyon", Facts.builder().put(FactName.COUNTRY, country, FactSource.ROSTER).build());
    return new DecisionFacts(Facts.none(), members);
  }

  private static AuditEntry entry(String id, String action, EntryOutcome outcome, String facts) {
    return AuditEntry.of(id, TIME, EntryType.DECISION, "hub", action, outcome)
        .detail("context", "round 1")
        .digest("facts", Sha256.of(facts.getBytes(StandardCharsets.UTF_8)).hex());
  }

  @Test
  void whatComesOutOtherwiseIsToldAndWhatCannotBeAskedIsCounted() {
    LogSigner signer = LogSigner.create(root.resolve("log.key"), "test.example/audit");
    String swiss = facts("CH").json();
    String german = facts("DE").json();
    try (AuditLog log = AuditLog.open(root.resolve("log"), signer)) {
      log.append(
          List.of(
              entry("1", "submit", EntryOutcome.ALLOW, swiss).detail("facts", swiss),
              entry("2", "train", EntryOutcome.ALLOW, swiss), // by digest, from the one before
              entry("3", "submit", EntryOutcome.DENY, german).detail("facts", german),
              entry("4", "train", EntryOutcome.ALLOW, german),
              entry("5", "train", EntryOutcome.DENY, german)
                  .detail("obligations", "notify"), // allowed, and not acted upon
              entry("6", "train", EntryOutcome.ALLOW, facts("FR").json()), // did not fit
              AuditEntry.of("7", TIME, EntryType.DECISION, "hub", "train", EntryOutcome.ALLOW),
              AuditEntry.of("8", TIME, EntryType.JOB, "hub", "train", EntryOutcome.OK)));
    }
    PolicyReplay replay =
        new PolicyReplay(
            Policy.parse(Path.of("next.yaml"), POLICY.getBytes(StandardCharsets.UTF_8)));
    replay.run(root.resolve("log"), signer.vkey());
    assertThat(replay.replayed()).isEqualTo(5);
    assertThat(replay.otherwise()).isEqualTo(3);
    assertThat(replay.kept())
        .extracting(one -> one.logged().index(), PolicyReplay.Otherwise::wasAllowed)
        .containsExactly(tuple(0L, true), tuple(1L, true), tuple(2L, false));
    assertThat(replay.kept().get(0).now().explain()).contains("europe").contains("CH");
    assertThat(replay.otherObligations()).isEqualTo(1);
    assertThat(replay.notReplayed().values()).containsExactly(1L, 1L);
  }
}

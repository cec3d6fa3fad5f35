package org.concordat.coordinator.job;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.session.Newest;
import org.concordat.jurisdictions.Decision;
import org.concordat.jurisdictions.DecisionFacts;
import org.concordat.jurisdictions.Obligation;
import org.concordat.secureagg.Digest;

/**
 * Decisions in the log, with the facts that they were made with: what another policy would have
 * said can be worked out from the log alone. The same facts are written once and named by their
 * digest after that; facts that do not fit an entry are named by their digest only. On the mailbox
 * thread.
 */
final class DecisionLog {
  private static final int MAX_FACTS_CHARS = 4096;
  private static final int MAX_REMEMBERED = 10_000;

  private final AuditTrail audit;
  private final String coordinator;
  private final Set<String> written = Newest.of(MAX_REMEMBERED);

  DecisionLog(AuditTrail audit, String coordinator) {
    this.audit = audit;
    this.coordinator = coordinator;
  }

  /**
   * With the audit trail's next append.
   *
   * @param denials why nobody acts on it; empty where somebody does
   */
  void later(Decision decision, DecisionFacts facts, String job, String context, String denials) {
    String json = facts.json();
    String digest = Digest.sha256(json.getBytes(StandardCharsets.UTF_8)).hex();
    AuditEntry entry =
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.DECISION,
                coordinator,
                decision.action().text(),
                denials.isEmpty() ? EntryOutcome.ALLOW : EntryOutcome.DENY)
            .inJob(job)
            .detail("context", context)
            .detail("members", String.join(",", decision.members().keySet()))
            .detail("rules", String.join(",", decision.rules()))
            .digest("policy", decision.policyDigest().hex())
            .digest("facts", digest);
    String obligations =
        decision.obligations().stream().map(Obligation::text).collect(Collectors.joining(","));
    if (!obligations.isEmpty()) {
      entry = entry.detail("obligations", obligations);
    }
    if (json.length() <= MAX_FACTS_CHARS && written.add(digest)) {
      entry = entry.detail("facts", json);
    }
    audit.later(denials.isEmpty() ? entry : entry.remark("explanation", denials));
  }
}

package org.concordat.coordinator.operations;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MemberFacts;
import org.concordat.coordinator.session.Sessions;
import org.concordat.jurisdictions.FactBook.Signed;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.StatedFact;
import org.concordat.protocol.v1.ListFactsReply;
import org.concordat.secureagg.BadEnvelopeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Facts that members state: verified, in the log before they count, passed on to every agent. On
 * the mailbox thread.
 */
public final class FactCalls {
  /** A member's next sheet is taken so long after its last one; agents send again until then. */
  static final Duration PACE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(FactCalls.class);

  private final MemberFacts facts;
  private final Directory directory;
  private final Sessions sessions;
  private final AuditTrail audit;
  private final Clock clock;
  private final Map<String, Instant> taken = new HashMap<>();

  public FactCalls(
      MemberFacts facts, Directory directory, Sessions sessions, AuditTrail audit, Clock clock) {
    this.facts = facts;
    this.directory = directory;
    this.sessions = sessions;
    this.audit = audit;
    this.clock = clock;
  }

  /** A sheet that an agent carries: its own. */
  public void carried(String agent, byte[] sealed) {
    try {
      Signed offered = facts.open(sealed);
      if (!offered.sheet().member().equals(agent)) {
        throw new BadEnvelopeException(
            "'%s' carries what '%s' states".formatted(agent, offered.sheet().member()));
      }
      take(offered);
    } catch (BadEnvelopeException | FactSheet.MalformedSheetException refused) {
      LOG.warn("facts that '{}' states are not taken: {}", agent, refused.getMessage());
    }
  }

  private void take(Signed offered) {
    String member = offered.sheet().member();
    switch (facts.judge(offered)) {
      case NEWER -> {
        Instant now = clock.instant();
        Instant last = taken.get(member);
        if (last == null || !now.isBefore(last.plus(PACE)) || now.isBefore(last)) {
          taken.put(member, now);
          log(offered);
          facts.take(offered);
          tellAll(offered);
        }
      }
      case KNOWN, OLDER -> tell(member); // which is what it is waiting for
      case CONTRADICTS -> contradicts(offered);
      case NOT_YET ->
          LOG.warn(
              "facts that '{}' states are not taken yet: it stated them at {}, by its clock",
              member,
              offered.sheet().lastStated());
    }
  }

  private void contradicts(Signed offered) {
    String member = offered.sheet().member();
    LOG.warn("'{}' states two things under number {}", member, offered.sheet().number());
    Sha256 digest = Sha256.of(offered.sheet().toBytes());
    audit.once(
        audit
            .entry(
                "facts-contradict/" + member + "/" + offered.sheet().number(),
                EntryType.POLICY,
                member,
                member,
                EntryOutcome.DENY)
            .detail("step", "facts-contradict")
            .detail("number", String.valueOf(offered.sheet().number()))
            .digest("facts", digest.hex()));
    tell(member);
  }

  private void tell(String member) {
    directory
        .find(member)
        .flatMap(facts::signed)
        .ifPresent(known -> sessions.push(member, MemberFacts.forAgents(known)));
  }

  private void tellAll(Signed newer) {
    for (RosterEntry entry : directory.roster().agents()) {
      sessions.push(entry.id().value(), MemberFacts.forAgents(newer));
    }
  }

  /** All sheets that count, to an agent that has connected. */
  public void connected(String agent) {
    facts.all().forEach(known -> sessions.push(agent, MemberFacts.forAgents(known)));
  }

  ListFactsReply list() {
    ListFactsReply.Builder reply = ListFactsReply.newBuilder();
    facts.all().forEach(known -> reply.addSealed(ByteString.copyFrom(known.sealed())));
    return reply.build();
  }

  private void log(Signed stated) {
    FactSheet sheet = stated.sheet();
    String words = sheet.stated().stream().map(FactCalls::words).collect(Collectors.joining("; "));
    audit.once(
        audit
            .entry(
                "facts/%s/%d/%s"
                    .formatted(sheet.member(), sheet.number(), Sha256.of(sheet.toBytes()).hex()),
                EntryType.POLICY,
                sheet.member(),
                sheet.member(),
                EntryOutcome.OK)
            .detail("step", "facts-stated")
            .detail("number", String.valueOf(sheet.number()))
            .remark("facts", words.isEmpty() ? "none" : words)
            .digest("facts", Sha256.of(sheet.toBytes()).hex()));
  }

  private static String words(StatedFact fact) {
    return "%s = %s until %s (%s)"
        .formatted(fact.fact(), fact.value(), fact.expires(), fact.evidence());
  }
}

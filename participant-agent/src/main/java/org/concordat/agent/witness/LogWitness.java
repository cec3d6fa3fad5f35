package org.concordat.agent.witness;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.concordat.agent.report.Reports;
import org.concordat.agent.session.Link;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.stored.Kinds;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.ConsistencyProof;
import org.concordat.auditlog.Cosignature;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.Rfc6962;
import org.concordat.auditlog.WitnessKey;
import org.concordat.iam.Site;
import org.concordat.protocol.v1.LogCosignature;
import org.concordat.protocol.v1.LogHead;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cosigns a head of the audit log (c2sp.org/tlog-witness) if the log's key signed it and a proof
 * leads from the head cosigned before to it; that head is stored before the cosignature leaves. A
 * head that does not extend it is kept with it as evidence, and this site holds no session any
 * more: whoever shows two histories is not worked with. The same where a policy demands that others
 * have cosigned, and too few do for too long ({@link UnwitnessedLag}), or no head comes that could
 * be judged ({@link UnjudgedTime}). On the mailbox only.
 */
public final class LogWitness {
  private static final Logger LOG = LoggerFactory.getLogger(LogWitness.class);
  private static final String LAST = "last";

  private final Site site;
  private final LogVerifierKey log;
  private final Rosters rosters;
  private final Entries entries;
  private final Link link;
  private final Reports reports;
  private final Clock clock;
  private final Optional<UnwitnessedLag> unwitnessed;
  private final Optional<UnjudgedTime> unjudged;

  /** Over the entries in which the head cosigned last is kept. */
  public LogWitness(
      Site site,
      Rosters rosters,
      Entries entries,
      Link link,
      Reports reports,
      HeadDemand demand,
      Clock clock) {
    this.site = site;
    this.log = LogVerifierKey.parse(site.genesis().logVkey().value());
    this.rosters = rosters;
    this.entries = entries;
    this.link = link;
    this.reports = reports;
    this.clock = clock;
    this.unwitnessed =
        demand.policy().map(policy -> new UnwitnessedLag(policy, demand, log, clock));
    this.unjudged = demand.policy().map(policy -> new UnjudgedTime(demand.lag(), clock));
  }

  /**
   * Where others' cosignatures are demanded: leaves a coordinator that shows nothing to judge. To
   * be called every second or so.
   *
   * @param connected whether a session is open
   */
  public void look(boolean connected) {
    String withheld = unjudged.map(time -> time.look(connected)).orElse("");
    if (!withheld.isEmpty()) {
      LOG.error("the coordinator withholds its log: {}", withheld);
      reports.alarm(
          "ALARM: the coordinator withholds its log: "
              + withheld
              + ". Next: ask the other members what they are shown; this site has left the"
              + " coordinator, 'agent start' tries it again");
      link.hold();
    }
  }

  /** A head is shown: it is answered, or the session ends. */
  public void shown(LogHead head) {
    byte[] note = head.getCheckpoint().toByteArray();
    Optional<byte[]> before = entries.get(Kinds.WITNESSED_HEADS, LAST);
    LogCosignature.Builder answer = LogCosignature.newBuilder().setCheckpoint(head.getCheckpoint());
    try {
      Checkpoint next = Checkpoint.open(note, log);
      Checkpoint last =
          before
              .map(stored -> Checkpoint.open(stored, log))
              .orElseGet(() -> new Checkpoint(log.name(), 0, Rfc6962.EMPTY_ROOT));
      answer.setSize(last.size());
      if (head.getOldSize() == last.size() || next.size() <= last.size()) {
        requireExtends(last, next, head.getProofList());
        unjudged.ifPresent(time -> time.judged(next));
        if (next.size() > last.size()) {
          entries.put(Kinds.WITNESSED_HEADS, LAST, note);
        }
        String alone = unwitnessed.map(lag -> lag(lag, next, head)).orElse("");
        if (!alone.isEmpty()) {
          keepAway(
              head.getWitnessed().toByteArray(),
              note,
              "a log that too few members vouch for",
              alone);
          return;
        }
        answer.setSize(next.size());
        cosignature(next).ifPresent(one -> answer.setLine(one.line()));
      } else {
        unjudged.ifPresent(time -> time.notJudged(next));
      }
    } catch (ProofRefusedException forked) {
      keepAway(
          before.orElse(new byte[0]),
          note,
          "another audit log than before",
          String.valueOf(forked.getMessage()));
      return;
    } catch (AuditLogException refused) {
      reports.alarm("a head of the audit log was not cosigned: " + refused.getMessage());
      answer.setRefused(String.valueOf(refused.getMessage()));
    }
    link.cosigned(answer.build());
  }

  private static void requireExtends(Checkpoint last, Checkpoint next, List<ByteString> proof) {
    List<byte[]> hashes =
        next.size() > last.size()
            ? proof.stream().map(ByteString::toByteArray).toList()
            : List.of(); // of one size, the roots themselves are compared
    ConsistencyProof.of(last.size(), next.size(), hashes).verify(last.root(), next.root());
  }

  private Optional<Cosignature> cosignature(Checkpoint head) {
    Instant now = clock.instant();
    return rosters
        .find(site.id().value())
        .map(self -> WitnessKey.of(self.dnsName(), site.keys().identity().bytes()))
        .map(key -> Cosignature.of(key, now, site.keys().sign(Cosignature.message(head, now))));
  }

  private static String lag(UnwitnessedLag lag, Checkpoint next, LogHead head) {
    return lag.shown(
        next,
        head.getWitnessed().toByteArray(),
        head.getWitnessedProofList().stream().map(ByteString::toByteArray).toList());
  }

  private void keepAway(byte[] before, byte[] note, String what, String why) {
    entries.put(Kinds.WITNESSED_HEADS, "refused-before", before);
    entries.put(Kinds.WITNESSED_HEADS, "refused", note);
    LOG.error(
        "{}: {}\nthe head before:\n{}\nthe head that was shown:\n{}",
        what,
        why,
        new String(before, StandardCharsets.UTF_8),
        new String(note, StandardCharsets.UTF_8));
    reports.alarm(
        "ALARM: the coordinator shows "
            + what
            + ": "
            + why
            + ". Both heads are in this site's log. Next: show them to the other members; this"
            + " site has left the coordinator, 'agent start' tries it again");
    link.hold();
  }
}

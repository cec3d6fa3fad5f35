package org.concordat.agent.inbound;

import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.concordat.agent.report.Reports;
import org.concordat.agent.session.Link;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.CertsException;
import org.concordat.certs.MemberExit;
import org.concordat.certs.ParticipantKeys;
import org.concordat.protocol.v1.RosterApproval;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members that leave, or are suspended. Another one's signed leaving is answered by rule, with this
 * agent's signature on the roster without it: nobody is held. This site's own end, once the members
 * have signed a roster that revokes its keys, is for good: the session is not opened again, and
 * what this site has stays where it is.
 *
 * @param self this participant's name
 * @param ended completed, with the reason, when this site is no member any more
 */
public record Departures(
    String self,
    Rosters rosters,
    ParticipantKeys keys,
    Link link,
    Reports reports,
    CompletableFuture<String> ended) {
  private static final Logger LOG = LoggerFactory.getLogger(Departures.class);

  /** Another member has left. */
  void left(byte[] signed) {
    try {
      MemberExit exit = MemberExit.parse(signed);
      byte[] signature = rosters.follow(exit, keys);
      LOG.warn("{} leaves the alliance: {}", exit.member(), exit.reason());
      link.approve(
          RosterApproval.newBuilder()
              .setExit(ByteString.copyFrom(signed))
              .setNextRosterSignature(ByteString.copyFrom(signature))
              .build());
    } catch (CertsException notSo) {
      LOG.info("a leaving was not signed: {}", notSo.getMessage());
    }
  }

  /** Whether this site is no member any more; then it ends. */
  public boolean isOver() {
    Optional<String> reason = rosters.revoked(keys.identity());
    reason.ifPresent(this::end);
    return reason.isPresent();
  }

  /**
   * Shows, and logs, whether the members have suspended this site. It stays up and goes on trying:
   * once they have resumed it, its session opens, and a newer roster comes with it.
   *
   * @return whether they have
   */
  public boolean tellSuspended() {
    Optional<String> reason = rosters.suspended(self);
    if (reason.isPresent()) {
      LOG.warn(
          "the members have suspended this site, by roster version {}: {}. It waits until they"
              + " resume it",
          rosters.latest().version(),
          reason.get());
      reports.show(Map.of("state", "suspended", "suspended", reason.get()));
    } else {
      reports.show("suspended", "");
    }
    return reason.isPresent();
  }

  private void end(String reason) {
    if (ended.isDone()) {
      return;
    }
    String said = replaced() ? keysReplaced(reason) : noMember(reason);
    reports.alarm(said);
    reports.show(Map.of("state", "removed", "connected", false, "lastError", said));
    link.hold();
    ended.complete(said);
  }

  private String noMember(String reason) {
    return ("this site is no member of the alliance any more, by roster version %d, which its"
            + " members signed: %s. Its keys are revoked; its data and state stay here. Next: to"
            + " take part again it asks for an invitation, with new keys")
        .formatted(rosters.latest().version(), reason);
  }

  private String keysReplaced(String reason) {
    return ("these keys are revoked, and this member has others, by roster version %d, which the"
            + " members signed: %s. Next: start the agent from the directory with the new keys; if"
            + " nobody here has them, tell the other members at once")
        .formatted(rosters.latest().version(), reason);
  }

  private boolean replaced() {
    return rosters.find(self).isPresent();
  }
}

package org.concordat.agent.inbound;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import org.concordat.agent.report.Reports;
import org.concordat.agent.round.SiteStore;
import org.concordat.agent.session.Clocks;
import org.concordat.agent.session.Link;
import org.concordat.agent.session.Reasons;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.work.Threads;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.Welcome;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session's end at this site: what comes in is handled on the mailbox, in order. */
public final class AgentSession implements Link.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);

  private final String self;
  private final String software;
  private final Clock clock;
  private final Rosters rosters;
  private final SiteStore store;
  private final Threads threads;
  private final MessageRouter router;
  private final Reports reports;
  private String lost = "";

  /**
   * @param self this participant's name
   * @param software name and version, told to the coordinator
   */
  public AgentSession(
      String self,
      String software,
      Clock clock,
      Rosters rosters,
      SiteStore store,
      Threads threads,
      MessageRouter router,
      Reports reports) {
    this.self = self;
    this.software = software;
    this.clock = clock;
    this.rosters = rosters;
    this.store = store;
    this.threads = threads;
    this.router = router;
    this.reports = reports;
  }

  @Override
  public Hello hello() {
    return Hello.newBuilder()
        .setProtocolVersion(ProtocolVersion.WIRE)
        .setSoftware(software)
        .setGenesisDigest(ByteString.copyFrom(rosters.genesisDigest()))
        .setRosterVersion(rosters.latest().version())
        .setUnixMillis(clock.millis())
        .setIncarnation(store.incarnation())
        .build();
  }

  @Override
  public void connected(Welcome welcome) {
    String clocks = Clocks.apart(clock.instant(), Instant.ofEpochMilli(welcome.getUnixMillis()));
    threads.post(
        () -> {
          if (!clocks.isEmpty()) {
            LOG.warn("{}", clocks);
          }
          if (!lost.isEmpty()) {
            LOG.warn("the session with the coordinator is open again");
          }
          lost = "";
          reports.show(Map.of("connected", true, "lastError", "", "clock", clocks));
          reports.idle();
          router.welcomed(welcome);
        });
  }

  @Override
  public void disconnected(String reason) {
    threads.post(
        () -> {
          if (!Reasons.same(reason, lost) && store.isWritable()) {
            LOG.warn("no session with the coordinator: {}. It is tried again and again", reason);
          }
          lost = reason;
          store.compared(false);
          reports.show("connected", false);
          rosters.suspended(self).ifPresent(why -> reports.show("state", "suspended"));
          reports.show("lastError", reason);
        });
  }

  @Override
  public void received(SessionDown message) {
    threads.post(() -> router.handle(message));
  }
}

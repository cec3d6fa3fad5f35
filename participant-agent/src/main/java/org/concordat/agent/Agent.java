package org.concordat.agent;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.concordat.agent.approval.ApprovalCheck;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Requests;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Link;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.agent.upload.Uploader;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.TlsIdentity;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.TlsChannels;
import org.concordat.secureagg.member.Member;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.StoreLocation;

/** A running agent: everything is wired here, by hand, top to bottom. */
public final class Agent implements AutoCloseable {
  private final Threads threads;
  private final Link link;
  private final Worker worker;
  private final Database database;
  private final AgentStatus status;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Agent(Threads threads, Link link, Worker worker, Database database, AgentStatus status) {
    this.threads = threads;
    this.link = link;
    this.worker = worker;
    this.database = database;
    this.status = status;
  }

  /**
   * Starts an agent: data sets are validated, state is restored, and the session with the
   * coordinator is opened in the background and kept.
   *
   * @param software name and version, told to the coordinator
   * @param crashPoint told each point at which the crash tests kill the process; does nothing
   *     otherwise
   */
  public static Agent start(
      AgentConfig config, String software, Clock clock, Consumer<String> crashPoint)
      throws IOException {
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    DataOwner.check(config);
    DataSets dataSets = DataSets.load(config.dataSets(), config.dataRoot());
    Database database = Database.open(StoreLocation.sqlite(config.home().resolve("state")));
    try {
      return wire(config, software, clock, crashPoint, site, dataSets, database);
    } catch (IOException | RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  private static Agent wire(
      AgentConfig config,
      String software,
      Clock clock,
      Consumer<String> crashPoint,
      Site site,
      DataSets dataSets,
      Database database)
      throws IOException {
    Entries entries = new Entries(database);
    Blobs blobs = new Blobs(config.home().resolve("state").resolve("blobs"));
    Rosters rosters = new Rosters(site.genesis(), entries);
    SiteNotary notary =
        new SiteNotary(
            new Envelopes(
                site.genesis().roster().alliance().value(),
                config.name(),
                site.keys()::sign,
                rosters,
                clock.millis() * 1000));
    TlsIdentity tls = site.tls(Role.AGENT, clock);
    RosterEntry coordinator =
        rosters
            .find(config.coordinatorName())
            .filter(entry -> entry.roles().contains(Role.COORDINATOR))
            .orElseThrow(
                () ->
                    new MisconfiguredException(
                        "'"
                            + config.coordinatorName()
                            + "' is no coordinator in the roster: check coordinator.name"));
    ManagedChannel channel =
        TlsChannels.client(
                config.coordinatorHost(),
                config.coordinatorPort(),
                coordinator.dnsName(),
                tls.keyManager(),
                site.trust(rosters::latest, clock),
                config.limits())
            .build();
    AgentStatus status = new AgentStatus(config.home(), config.name(), clock);
    SitePolicy policy =
        new SitePolicy(site.genesis(), rosters, config.name(), config.coordinatorName(), clock);
    Threads threads = new Threads();
    Fetcher fetcher = new Fetcher(channel);
    Worker worker =
        new Worker(
            dataSets,
            config.trainer(),
            TrainerLaunch.of(config),
            fetcher,
            new SpotCheck(fetcher, notary, policy, config.spotCheck()));
    MemberSteps steps =
        new MemberSteps(
            durable -> Member.restore(config.name(), notary, new SecureRandom(), durable),
            entries,
            blobs,
            crashPoint);
    Link link = new Link(channel, clock);
    Requests requests =
        new Requests(
            entries,
            Inbox.open(config.home()),
            new ApprovalCheck(notary, rosters, config.approval().approvers()),
            config.name(),
            clock);
    Uploader uploader = new Uploader(channel, config.limits().partBytes());
    new Desk(
            config,
            software,
            clock,
            new FirstStoreMark(config.home(), entries),
            rosters,
            notary,
            steps,
            new SiteJobs(entries),
            policy,
            requests,
            dataSets,
            status,
            site.genesis().policyDigest().bytes(),
            threads,
            link,
            desk -> new Errands(desk, threads, worker, uploader, blobs, crashPoint))
        .start();
    return new Agent(threads, link, worker, database, status);
  }

  /** Waits until {@link #close} was called. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  /** Ends the session, the trainer and the store; everything that was accepted is durable. */
  @Override
  public void close() {
    link.close();
    threads.stop();
    worker.close();
    threads.close();
    status.set("connected", false);
    status.set("state", "stopped");
    database.close();
    stopped.countDown();
  }
}

package org.concordat.agent;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.concordat.agent.approval.Approvals;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.data.DataSet;
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
  private static final Duration LEAF_CHECK = Duration.ofSeconds(30);

  private final List<ExecutorService> executors;
  private final Link link;
  private final Worker worker;
  private final Database database;
  private final AgentStatus status;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Agent(
      List<ExecutorService> executors,
      Link link,
      Worker worker,
      Database database,
      AgentStatus status) {
    this.executors = executors;
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
    Map<String, DataSet> dataSets = dataSets(config);
    Database database = Database.open(StoreLocation.sqlite(config.home().resolve("state")));
    try {
      return wire(config, software, clock, crashPoint, site, dataSets, database);
    } catch (IOException | RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  /** Loads and validates every configured data set. */
  static Map<String, DataSet> dataSets(AgentConfig config) {
    Map<String, DataSet> loaded = new LinkedHashMap<>();
    for (var file : config.dataSets()) {
      DataSet data = DataSet.load(file, config.dataRoot());
      if (loaded.put(data.name(), data) != null) {
        throw new IllegalArgumentException(
            "two data sets are named '" + data.name() + "': rename the one in " + file);
      }
    }
    return loaded;
  }

  private static Agent wire(
      AgentConfig config,
      String software,
      Clock clock,
      Consumer<String> crashPoint,
      Site site,
      Map<String, DataSet> dataSets,
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
                    new IllegalArgumentException(
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
    ScheduledExecutorService mailbox =
        Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mailbox"));
    ExecutorService workers = Executors.newSingleThreadExecutor(task -> new Thread(task, "worker"));
    ExecutorService uploads = Executors.newSingleThreadExecutor(task -> new Thread(task, "upload"));
    Worker worker =
        new Worker(
            dataSets, config.trainer(), TrainerLaunch.of(config), new Fetcher(channel), blobs);
    SiteJobs jobs = new SiteJobs(entries);
    Desk desk =
        new Desk(
            config,
            rosters,
            notary,
            Member.restore(config.name(), notary, new SecureRandom(), Desk.durable(entries)),
            jobs,
            policy,
            new Approvals(
                policy, config.approval(), dataSets, config.trainer().maxMemoryMib(), jobs),
            dataSets,
            worker,
            new Uploader(channel, config.limits().partBytes()),
            entries,
            blobs,
            status,
            site.genesis().policyDigest().bytes(),
            mailbox,
            workers,
            uploads,
            crashPoint);
    Link link =
        new Link(
            channel, software, site.genesis().digest().bytes(), rosters.latest().version(), desk);
    desk.sendTo(link);
    desk.start();
    link.start();
    mailbox.scheduleWithFixedDelay(
        tls::renewIfDue, LEAF_CHECK.toSeconds(), LEAF_CHECK.toSeconds(), TimeUnit.SECONDS);
    return new Agent(List.of(mailbox, workers, uploads), link, worker, database, status);
  }

  /** Waits until {@link #close} was called. */
  public void awaitStopped() throws InterruptedException {
    stopped.await();
  }

  /** Ends the session, the trainer and the store; everything that was accepted is durable. */
  @Override
  public void close() {
    link.close();
    executors.forEach(ExecutorService::shutdownNow);
    worker.close();
    for (ExecutorService executor : executors) {
      try {
        executor.awaitTermination(5, TimeUnit.SECONDS);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    status.set("connected", false);
    status.set("state", "stopped");
    database.close();
    stopped.countDown();
  }
}

package org.concordat.agent;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.concordat.agent.carried.BundleFetcher;
import org.concordat.agent.carried.BundleFolder;
import org.concordat.agent.carried.BundleLink;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.policy.SiteRoutes;
import org.concordat.agent.session.GrpcFetcher;
import org.concordat.agent.session.GrpcLink;
import org.concordat.agent.session.PeerTrust;
import org.concordat.agent.session.Regionals;
import org.concordat.agent.site.MisconfiguredException;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.RostersFile;
import org.concordat.agent.site.SiteCrls;
import org.concordat.agent.sitelog.LoggedLink;
import org.concordat.agent.sitelog.SiteEntries;
import org.concordat.agent.sitelog.SiteLog;
import org.concordat.agent.train.Trainer;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.agent.upload.GrpcUploader;
import org.concordat.agent.upload.RoutedUploader;
import org.concordat.agent.work.Threads;
import org.concordat.certs.CertsException;
import org.concordat.certs.CrlFile;
import org.concordat.certs.InForce;
import org.concordat.certs.LeafFiles;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.TlsIdentity;
import org.concordat.iam.Site;
import org.concordat.protocol.HealthPort;
import org.concordat.protocol.TlsChannels;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running agent: everything is wired here, by hand, top to bottom. */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final String NOT_CONNECTED =
      "no session with the coordinator. Next: 'concordat agent status' says why";

  private static final Duration SITE_LOG_LOOK = Duration.ofSeconds(1);

  private final AgentCore core;
  private final Database database;
  private final SiteLog siteLog;
  private final @Nullable HealthPort health;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private Agent(AgentCore core, Database database, SiteLog siteLog, @Nullable HealthPort health) {
    this.core = core;
    this.database = database;
    this.siteLog = siteLog;
    this.health = health;
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
    @Nullable SiteLog siteLog = null;
    try {
      Entries entries = new SqlEntries(database);
      Rosters rosters = new Rosters(site.genesis(), entries);
      takeFromFile(rosters, config.home(), site);
      TrainerLaunch launch = TrainerLaunch.of(config.trainer(), config.home());
      AgentCore.Line line =
          config.carried()
              ? carried(config, clock, site, rosters, entries)
              : line(config, clock, site, rosters);
      siteLog =
          SiteLog.open(
              config.home(),
              site.genesis().roster().alliance().value() + "/" + config.name(),
              config.siteLogEntries());
      LoggedLink link =
          new LoggedLink(
              line.link(),
              siteLog,
              new SiteEntries(config.name(), config.coordinatorName(), clock));
      Threads threads = Threads.start();
      threads.postEvery(SITE_LOG_LOOK, link::look);
      AgentCore.Ports ports =
          new AgentCore.Ports(
              clock,
              new SecureRandom(),
              threads,
              new AgentCore.Line(link, line.fetcher(), link.logged(line.uploader())),
              (spec, data) -> Trainer.start(launch, spec, data, config.trainer().startLimit()),
              new AgentCore.Disk(
                  entries, new Blobs(config.home().resolve("state").resolve("blobs"))),
              crashPoint);
      AgentCore core = AgentCore.start(config, software, site, rosters, dataSets, ports);
      try {
        return new Agent(core, database, siteLog, health(config, core));
      } catch (IOException inUse) {
        core.close();
        throw inUse;
      }
    } catch (IOException | RuntimeException failure) {
      if (siteLog != null) {
        siteLog.close();
      }
      database.close();
      throw failure;
    }
  }

  /** How this site and the coordinator reach each other. */
  private static AgentCore.Line line(AgentConfig config, Clock clock, Site site, Rosters rosters)
      throws IOException {
    SiteCrls crls = rosters.crls();
    TlsIdentity tls = site.tls(Role.AGENT, config.leafLife(), clock, rosters::chain);
    RosterEntry coordinator = coordinator(config, rosters.latest(), "roster");
    ManagedChannel channel = channel(config, clock, site, tls, coordinator, crls::inForce);
    CrlFile crlFile =
        new CrlFile(config.home(), crl -> crls.offer(crl, clock.instant()), LOG::warn);
    LeafFiles leaf = new LeafFiles(config.home());
    BooleanSupplier renewal =
        () -> {
          crlFile.look();
          boolean asked = leaf.look(tls); // answers also where the renewal below fails
          return tls.renewIfDue() || tls.renewRevoked(crls.inForce().crls()) || asked;
        };
    PeerTrust trust =
        new PeerTrust(
            renewal,
            server -> crls.inForce().revoked(server, clock.instant()),
            () -> forLists(config, clock, site, tls, coordinator, crls));
    Regionals regionals =
        new Regionals(entry -> regional(config, clock, tls, entry, crls::inForce));
    SiteRoutes routes = new SiteRoutes(rosters, config.name(), false);
    return new AgentCore.Line(
        new GrpcLink(channel, clock, trust),
        new GrpcFetcher(channel, regionals),
        new RoutedUploader(
            new GrpcUploader(channel, config.limits().partBytes()), routes, regionals));
  }

  private static AgentCore.Line carried(
      AgentConfig config, Clock clock, Site site, Rosters rosters, Entries entries) {
    BundleFolder folder = new BundleFolder(config.home());
    BundleLink link =
        new BundleLink(
            folder,
            new BundleLink.Ends(
                site.genesis().alliance().value(),
                config.name(),
                config.coordinatorName(),
                site.genesis().digest().bytes()),
            AgentCore.notary(config, site, rosters, clock),
            entries,
            clock);
    return new AgentCore.Line(
        link,
        new BundleFetcher(folder),
        link.uploader(new SiteRoutes(rosters, config.name(), true)));
  }

  private static ManagedChannel forLists(
      AgentConfig config,
      Clock clock,
      Site site,
      TlsIdentity tls,
      RosterEntry coordinator,
      SiteCrls crls) {
    try {
      return channel(config, clock, site, tls, coordinator, () -> crls.inForce().evenEnded());
    } catch (IOException noTls) {
      throw new UncheckedIOException(noTls);
    }
  }

  /** What somebody put there, or this site itself before: it may be newer than the store. */
  private static void takeFromFile(Rosters rosters, Path home, Site site) throws IOException {
    try {
      rosters.offer(new RostersFile(home).read(site.genesis()).toBytes());
    } catch (CertsException refused) {
      LOG.warn("{} is not taken: {}", home.resolve(RostersFile.NAME), refused.getMessage());
    }
  }

  private static @Nullable HealthPort health(AgentConfig config, AgentCore core)
      throws IOException {
    return config.healthListen().isEmpty()
        ? null
        : HealthPort.start(
            config.healthListen().get(),
            Map.of("session", () -> core.isConnected() ? HealthPort.OK : NOT_CONNECTED));
  }

  /** The port on which its health is told, if it is. */
  public OptionalInt healthPort() {
    return health == null ? OptionalInt.empty() : OptionalInt.of(health.port());
  }

  /** Of the agent's file, which must be one in a roster. */
  static RosterEntry coordinator(AgentConfig config, Roster roster, String where) {
    return roster
        .find(new MemberId(config.coordinatorName()))
        .filter(entry -> entry.roles().contains(Role.COORDINATOR))
        .orElseThrow(
            () ->
                new MisconfiguredException(
                    "'%s' is no coordinator in the %s: check coordinator.name"
                        .formatted(config.coordinatorName(), where)));
  }

  /** A connection to the coordinator, as this agent. */
  static ManagedChannel channel(
      AgentConfig config,
      Clock clock,
      Site site,
      TlsIdentity tls,
      RosterEntry coordinator,
      Supplier<InForce> inForce)
      throws IOException {
    return TlsChannels.client(
            config.coordinatorHost(),
            config.coordinatorPort(),
            coordinator.dnsName(),
            tls.keyManager(),
            Site.trust(inForce, clock),
            config.limits())
        .build();
  }

  /** A connection to an aggregator, as this agent, at the address that the members signed. */
  private static ManagedChannel regional(
      AgentConfig config,
      Clock clock,
      TlsIdentity tls,
      RosterEntry aggregator,
      Supplier<InForce> inForce) {
    try {
      return TlsChannels.client(
              aggregator.host(),
              aggregator.port(),
              aggregator.dnsName(),
              tls.keyManager(),
              Site.trust(inForce, clock),
              config.limits())
          .build();
    } catch (IOException noTls) {
      throw new UncheckedIOException(noTls);
    }
  }

  /**
   * Waits until {@link #close} was called, or this site is no member any more.
   *
   * @return in the second case, why
   */
  public Optional<String> awaitStopped() throws InterruptedException {
    core.ended().thenRun(stopped::countDown);
    stopped.await();
    return Optional.ofNullable(core.ended().getNow(null));
  }

  /** Ends the session, the trainer and the store; everything that was accepted is durable. */
  @Override
  public void close() {
    if (health != null) {
      health.close();
    }
    core.close();
    siteLog.close();
    database.close();
    stopped.countDown();
  }
}

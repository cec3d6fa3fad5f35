package org.concordat.coordinator;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.concordat.certs.CertsException;
import org.concordat.certs.CrlFile;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.LeafFiles;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.certs.TlsIdentity;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.access.LastConnections;
import org.concordat.coordinator.access.MemberConnections;
import org.concordat.coordinator.access.MemberRates;
import org.concordat.coordinator.access.OpenCalls;
import org.concordat.coordinator.access.Peers;
import org.concordat.coordinator.access.TurnedAway;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Revocations;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.operations.FailureInterceptor;
import org.concordat.coordinator.regional.RefusalLog;
import org.concordat.coordinator.regional.RegionalCore;
import org.concordat.iam.Site;
import org.concordat.protocol.PeerConnections;
import org.concordat.protocol.TlsChannels;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running regional aggregator: everything is wired here, by hand, top to bottom. */
public final class Regional implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Regional.class);

  private final Server server;
  private final PeerConnections connections;
  private final ManagedChannel root;
  private final Mailbox mailbox;
  private final Database database;
  private final Path home;

  private Regional(
      Server server,
      PeerConnections connections,
      ManagedChannel root,
      Mailbox mailbox,
      Database database,
      Path home) {
    this.server = server;
    this.connections = connections;
    this.root = root;
    this.mailbox = mailbox;
    this.database = database;
    this.home = home;
  }

  /**
   * Starts an aggregator, which resumes whatever its store holds.
   *
   * @param software name and version, told to the coordinator
   * @param observers see every call after it was authenticated and authorised: tests
   * @throws IOException if the port is in use or cannot be bound
   */
  public static Regional start(
      RegionalConfig config, String software, Clock clock, ServerInterceptor... observers)
      throws IOException {
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    Database database = Database.open(StoreLocation.sqlite(config.home().resolve("state")));
    Mailbox mailbox = new Mailbox(config.workers());
    try {
      return wire(config, software, clock, site, database, mailbox, List.of(observers));
    } catch (IOException | RuntimeException failure) {
      mailbox.close();
      database.close();
      throw failure;
    }
  }

  private static Regional wire(
      RegionalConfig config,
      String software,
      Clock clock,
      Site site,
      Database database,
      Mailbox mailbox,
      List<ServerInterceptor> observers)
      throws IOException {
    SqlEntries entries = new SqlEntries(database);
    Directory directory =
        new Directory(site.genesis(), entries, new DocumentFiles(config.home()), clock);
    Path rosters = config.home().resolve(Coordinator.ROSTERS_FILE);
    if (Files.exists(rosters)) {
      directory.recover(Files.readAllBytes(rosters));
    }
    requireAggregator(config, directory);
    Revocations revocations = directory.revocations();
    TlsIdentity tls =
        site.tls(Role.AGGREGATOR, LeafIssuer.DEFAULT_VALIDITY, clock, directory::chain);
    RosterEntry coordinator = directory.roster().withRole(Role.COORDINATOR).get(0);
    ManagedChannel root =
        TlsChannels.client(
                config.coordinatorHost(),
                config.coordinatorPort(),
                coordinator.dnsName(),
                tls.keyManager(),
                Site.trust(revocations::inForce, clock),
                config.limits().wire())
            .build();
    RegionalCore core =
        new RegionalCore(
            software,
            site,
            directory,
            entries,
            new Blobs(config.home().resolve("state").resolve("blobs")),
            mailbox,
            config.limits().wire(),
            root,
            clock);
    OpenCalls calls =
        new OpenCalls(
            (member, ca) -> directory.gone(member, Optional.of(ca)), revocations::revoked);
    TurnedAway turnedAway = new TurnedAway(config.limits(), clock, RefusalLog::turnedAway);
    PeerConnections connections = new PeerConnections(config.limits(), turnedAway::connection);
    Function<Sha256, String> names = memberCa -> Peers.name(memberCa, directory.roster());
    MemberConnections memberConnections =
        new MemberConnections(config.limits(), names, turnedAway::member, connections::closeSoon);
    List<ServerInterceptor> interceptors = new ArrayList<>(observers);
    interceptors.add(calls);
    interceptors.add(new CallerInterceptor(revocations::inForce, new RefusalLog(), clock));
    interceptors.add(new MemberRates(config.limits(), System::nanoTime, names, turnedAway::member));
    interceptors.add(memberConnections);
    interceptors.add(new FailureInterceptor()); // the last is the outermost
    Server server =
        connections
            .of(
                TlsChannels.server(
                    new InetSocketAddress(config.host(), config.port()),
                    tls.keyManager(),
                    Site.trust(revocations::inForce, clock),
                    config.limits()))
            .addTransportFilter(memberConnections)
            .addService(ServerInterceptors.intercept(core.gateway(), interceptors))
            .build();
    try {
      server.start();
    } catch (IOException inUse) {
      root.shutdownNow();
      throw inUse;
    }
    core.tick();
    LastConnections last =
        new LastConnections(connections, revocations::inForce, directory::gone, clock);
    CrlFile crlFile = new CrlFile(config.home(), revocations::publish, LOG::warn);
    LeafFiles leaf = new LeafFiles(config.home());
    mailbox.every(Duration.ofMillis(100), calls::endGone);
    mailbox.every(Duration.ofSeconds(1), last::look);
    mailbox.every(Duration.ofSeconds(1), crlFile::look);
    mailbox.every(Duration.ofSeconds(1), turnedAway::look);
    mailbox.every(Duration.ofSeconds(1), () -> renew(tls, leaf, revocations));
    Files.writeString(config.home().resolve(Coordinator.PORT_FILE), server.getPort() + "\n");
    return new Regional(server, connections, root, mailbox, database, config.home());
  }

  private static void requireAggregator(RegionalConfig config, Directory directory) {
    if (directory
        .find(config.name())
        .filter(entry -> entry.roles().contains(Role.AGGREGATOR))
        .isEmpty()) {
      throw new Site.IncompleteSiteException(
          ("'%s' is no aggregator in roster version %d: a member that joined later needs the members'"
                  + " rosters in %s")
              .formatted(
                  config.name(),
                  directory.roster().version(),
                  config.home().resolve(Coordinator.ROSTERS_FILE)));
    }
  }

  private static void renew(TlsIdentity tls, LeafFiles leaf, Revocations revocations) {
    try {
      leaf.look(tls);
      tls.renewIfDue();
      tls.renewRevoked(revocations.inForce().crls());
    } catch (CertsException refused) {
      LOG.error(
          "this aggregator's own certificate cannot be renewed: {}. Its members cannot connect"
              + " once it has ended, or is revoked",
          refused.getMessage());
    }
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Stops taking calls, finishes the message in hand, and closes the store. */
  @Override
  public void close() {
    root.shutdownNow();
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
      }
      Files.deleteIfExists(home.resolve(Coordinator.PORT_FILE));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException leftBehind) {
      LOG.debug("the port file stays: {}", leftBehind.getMessage());
    }
    connections.close();
    mailbox.close();
    database.close();
  }
}

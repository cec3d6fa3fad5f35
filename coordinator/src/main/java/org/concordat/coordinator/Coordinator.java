package org.concordat.coordinator;

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
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.CertsException;
import org.concordat.certs.CrlFile;
import org.concordat.certs.IdentityKey;
import org.concordat.certs.LeafFiles;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.SealKey;
import org.concordat.certs.Sha256;
import org.concordat.certs.TlsIdentity;
import org.concordat.coordinator.access.CallerInterceptor;
import org.concordat.coordinator.access.Farewell;
import org.concordat.coordinator.access.LastConnections;
import org.concordat.coordinator.access.MemberConnections;
import org.concordat.coordinator.access.MemberRates;
import org.concordat.coordinator.access.OpenCalls;
import org.concordat.coordinator.access.Peers;
import org.concordat.coordinator.access.SignIn;
import org.concordat.coordinator.access.Targets;
import org.concordat.coordinator.access.TurnedAway;
import org.concordat.coordinator.atrest.Holders;
import org.concordat.coordinator.atrest.ModelSeal;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Revocations;
import org.concordat.coordinator.mailbox.Descriptors;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.operations.FailureInterceptor;
import org.concordat.coordinator.operations.Readiness;
import org.concordat.coordinator.session.Traffic;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.iam.People;
import org.concordat.iam.Site;
import org.concordat.iam.keycloak.Realms;
import org.concordat.iam.token.Standing;
import org.concordat.protocol.Limit;
import org.concordat.protocol.PeerConnections;
import org.concordat.protocol.TlsChannels;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.SqlEventStore;
import org.concordat.store.SqlOutbox;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running coordinator: everything is wired here, by hand, top to bottom. */
public final class Coordinator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

  /** Signed rosters that a member has kept; taken at the start where the store lacks them. */
  public static final String ROSTERS_FILE = "rosters.json";

  /** The file in the home directory that says on which port the coordinator listens. */
  public static final String PORT_FILE = "port";

  /** Where it is called. */
  private record Doors(Server server, PeerConnections connections, HttpPorts http) {}

  private final Doors doors;
  private final TurnedAway turnedAway;
  private final Mailbox mailbox;
  private final Database database;
  private final AuditTrail audit;
  private final @Nullable Realms realms;
  private final Path home;

  private Coordinator(
      Doors doors,
      TurnedAway turnedAway,
      Mailbox mailbox,
      Database database,
      AuditTrail audit,
      @Nullable Realms realms,
      Path home) {
    this.doors = doors;
    this.turnedAway = turnedAway;
    this.mailbox = mailbox;
    this.database = database;
    this.audit = audit;
    this.realms = realms;
    this.home = home;
  }

  /**
   * Starts a coordinator and resumes whatever its store holds.
   *
   * @param software name and version, told to agents
   * @param crashPoint see {@link org.concordat.coordinator.round.RoundEngine}; does nothing outside
   *     crash tests
   * @param observers see every call after it was authenticated and authorised: metrics, tracing,
   *     tests
   * @throws IOException if the port is in use or cannot be bound
   */
  public static Coordinator start(
      CoordinatorConfig config,
      String software,
      Clock clock,
      Consumer<String> crashPoint,
      ServerInterceptor... observers)
      throws IOException {
    return start(config, software, clock, crashPoint, Traffic.HONEST, observers);
  }

  /**
   * The same with a say in what agents are really sent.
   *
   * @param traffic {@link Traffic#HONEST} but in tests of what agents do about a coordinator that
   *     lies
   */
  public static Coordinator start(
      CoordinatorConfig config,
      String software,
      Clock clock,
      Consumer<String> crashPoint,
      Traffic traffic,
      ServerInterceptor... observers)
      throws IOException {
    MemberId self = new MemberId(config.name());
    Site site = Site.open(config.home(), config.genesis(), self);
    Database database = Database.open(config.store());
    AuditTrail audit = null;
    Mailbox mailbox = new Mailbox(config.workers());
    try {
      audit = AuditTrail.open(config.home(), site.genesis(), new SqlEntries(database), clock);
      return wire(
          config,
          software,
          clock,
          crashPoint,
          traffic,
          site,
          database,
          audit,
          mailbox,
          List.of(observers));
    } catch (IOException | RuntimeException failure) {
      mailbox.close();
      if (audit != null) {
        audit.close();
      }
      database.close();
      throw failure;
    }
  }

  private static Coordinator wire(
      CoordinatorConfig config,
      String software,
      Clock clock,
      Consumer<String> crashPoint,
      Traffic traffic,
      Site site,
      Database database,
      AuditTrail audit,
      Mailbox mailbox,
      List<ServerInterceptor> observers)
      throws IOException {
    Path lying = config.home().resolve("state").resolve("blobs");
    ModelSeal seal =
        new ModelSeal(
            SealKey.loadOrCreate(
                config.home().resolve("keys").resolve(ModelSeal.KEY_FILE),
                () -> Blobs.anySealed(lying, Uploads::isUpload)),
            site.genesis().digest());
    Blobs blobs = Blobs.sealed(lying, seal);
    CoordinatorCore core =
        new CoordinatorCore(
            config,
            software,
            site,
            new CoordinatorCore.Ports(
                clock,
                mailbox,
                new CoordinatorCore.Disk(
                    new SqlEntries(database),
                    new SqlEventStore(database),
                    new SqlOutbox(database),
                    blobs),
                audit,
                traffic,
                IdentityKey::verify,
                crashPoint));
    Directory directory = core.directory();
    recoverRosters(directory, config.home().resolve(ROSTERS_FILE));
    requireDocuments(directory);
    seal.holders(() -> Holders.of(directory));
    for (String unsealed : blobs.sealAll(seal, Uploads::isUpload)) {
      LOG.error("not sealed anew, the next start tries again: {}", unsealed);
    }
    TlsIdentity tls =
        site.tls(Role.COORDINATOR, LeafIssuer.DEFAULT_VALIDITY, clock, directory::chain);
    Revocations revocations = directory.revocations();
    OpenCalls calls =
        new OpenCalls(
            (member, ca) -> directory.gone(member, Optional.of(ca)), revocations::revoked);
    TurnedAway turnedAway = new TurnedAway(config.limits(), clock, audit::turnedAway);
    PeerConnections connections = new PeerConnections(config.limits(), turnedAway::connection);
    Function<Sha256, String> names = memberCa -> Peers.name(memberCa, directory.roster());
    MemberConnections memberConnections =
        new MemberConnections(config.limits(), names, turnedAway::member, connections::closeSoon);
    List<ServerInterceptor> interceptors = new ArrayList<>(observers);
    @Nullable SignIn signIn = config.signIn().orElse(null);
    @Nullable Standing standing = signIn == null ? null : signIn.standing(clock);
    @Nullable People people =
        signIn == null || standing == null
            ? null
            : signIn.people(site, core.personKeys(), standing, clock);
    CallerInterceptor callers =
        new CallerInterceptor(
            revocations::inForce, audit, clock, people, new Targets(core::purposeOf));
    interceptors.add(calls);
    interceptors.add(callers);
    interceptors.add(new Farewell(revocations::inForce, audit, clock, core.lastCalls()));
    interceptors.add(new MemberRates(config.limits(), System::nanoTime, names, turnedAway::member));
    interceptors.add(memberConnections);
    interceptors.add(new FailureInterceptor()); // the last is the outermost
    Server server =
        connections
            .of(
                TlsChannels.server(
                    new InetSocketAddress(config.host(), config.port()),
                    tls.keyManager(),
                    Site.trustWithFormer(
                        revocations::inForce,
                        clock,
                        refused ->
                            audit.unauthenticated(
                                "handshake", String.valueOf(refused.getMessage()))),
                    config.limits()))
            .addTransportFilter(memberConnections)
            .addService(ServerInterceptors.intercept(core.gateway(), interceptors))
            .addService(ServerInterceptors.intercept(core.regions(), interceptors))
            .addService(ServerInterceptors.intercept(core.operations(), interceptors))
            .build();
    mailbox
        .ask(
            () -> {
              core.resume();
              return true;
            })
        .join();
    AtomicBoolean listening = new AtomicBoolean();
    Readiness readiness =
        new Readiness(
            mailbox, core.entries(), audit, clock, () -> listening.get() && !server.isShutdown());
    HttpPorts http = HttpPorts.open(config, audit, readiness);
    try {
      server.start();
      listening.set(true);
    } catch (IOException inUse) {
      http.close();
      throw inUse;
    }
    audit.once(
        audit
            .entry(
                AuditTrail.freshId(),
                EntryType.SYSTEM,
                config.name(),
                "coordinator",
                EntryOutcome.OK)
            .detail("step", "started")
            .detail("software", software));
    core.tick();
    LastConnections last =
        new LastConnections(connections, revocations::inForce, directory::gone, clock);
    CrlFile crlFile =
        new CrlFile(config.home(), crl -> core.membership().publish(config.name(), crl), LOG::warn);
    mailbox.every(Duration.ofMillis(100), calls::endGone);
    mailbox.every(Duration.ofSeconds(1), last::look);
    mailbox.every(Duration.ofSeconds(1), crlFile::look);
    mailbox.every(Duration.ofSeconds(1), turnedAway::look);
    LeafFiles leaf = new LeafFiles(config.home());
    mailbox.every(Duration.ofSeconds(1), () -> leaf.look(tls));
    mailbox.every(Duration.ofSeconds(1), () -> renewRevoked(tls, revocations));
    mailbox.every(Duration.ofSeconds(30), () -> renew(tls, revocations));
    Descriptors.requireRoom(config.limits().get(Limit.CONNECTIONS));
    mailbox.every(Duration.ofSeconds(5), new Descriptors()::look);
    @Nullable Realms realms = null;
    if (signIn != null && standing != null) {
      mailbox.every(Duration.ofSeconds(1), callers::look);
      realms = Realms.start(signIn.realms(), standing, directory::roster, clock);
    }
    Files.writeString(config.home().resolve(PORT_FILE), server.getPort() + "\n");
    return new Coordinator(
        new Doors(server, connections, http),
        turnedAway,
        mailbox,
        database,
        audit,
        realms,
        config.home());
  }

  /** Without the policy in force nothing could be decided. */
  private static void requireDocuments(Directory directory) {
    List<String> missing = directory.documents().missing();
    if (!missing.isEmpty()) {
      throw new Site.IncompleteSiteException(String.join("; ", missing));
    }
  }

  private static void recoverRosters(Directory directory, Path file) throws IOException {
    if (Files.exists(file)) {
      int before = directory.roster().version();
      if (directory.recover(Files.readAllBytes(file)) > 0) {
        LOG.warn(
            "the store knew rosters up to version {}; those up to {} were taken from {}",
            before,
            directory.roster().version(),
            file);
      }
    }
  }

  /** Each second; {@link #renew} is rarer, and says why it fails. */
  private static void renewRevoked(TlsIdentity tls, Revocations revocations) {
    try {
      if (tls.renewRevoked(revocations.inForce().crls())) {
        LOG.info("this coordinator's own certificate was revoked, and it has another one");
      }
    } catch (CertsException refused) {
      LOG.debug("a revoked certificate is not renewed: {}", refused.getMessage());
    }
  }

  private static void renew(TlsIdentity tls, Revocations revocations) {
    try {
      tls.renewIfDue();
      tls.renewRevoked(revocations.inForce().crls());
    } catch (CertsException refused) {
      LOG.error(
          "this coordinator's own certificate cannot be renewed: {}. Agents and operators cannot"
              + " connect once it has ended, or is revoked",
          refused.getMessage());
    }
  }

  /** The port it listens on. */
  public int port() {
    return doors.server().getPort();
  }

  /** The port on which its health is told, if it is. */
  public OptionalInt healthPort() {
    return doors.http().healthPort();
  }

  /** Stops taking calls, finishes the message in hand, and closes log and store. */
  @Override
  public void close() {
    Server server = doors.server();
    server.shutdown();
    try {
      if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
        server.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
      }
      Files.deleteIfExists(home.resolve(PORT_FILE));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (IOException leftBehind) {
      // a stale port file only misleads whoever reads it before the next start
    }
    doors.connections().close();
    if (realms != null) {
      realms.close();
    }
    mailbox.close();
    doors.http().close();
    turnedAway.flush();
    audit.close();
    database.close();
  }
}

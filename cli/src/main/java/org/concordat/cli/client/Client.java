package org.concordat.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.concordat.agent.site.RostersFile;
import org.concordat.certs.Crl;
import org.concordat.certs.Crls;
import org.concordat.certs.Genesis;
import org.concordat.certs.InForce;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.TlsIdentity;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.iam.AccessTable;
import org.concordat.iam.Permission;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.GetRostersReply;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;

/**
 * One participant's connection to the coordinator. The peer must be the coordinator of the pinned
 * genesis, and rosters that it sends must follow from that genesis by the members' own signatures.
 * It must be good by every revocation list that the home or the coordinator has.
 */
public final class Client implements AutoCloseable {
  /** Where {@code member init} left the participant's request. */
  public static final String REQUEST_FILE = "request.json";

  private static final long CALL_SECONDS = 30;

  private final Site site;
  private final Clock clock;
  private final ManagedChannel channel;
  private final OperationsBlockingStub stub;
  private final InForce inForce;
  private final RosterChain chain;

  private Client(
      Site site,
      Clock clock,
      ManagedChannel channel,
      OperationsBlockingStub stub,
      InForce inForce,
      RosterChain chain) {
    this.site = site;
    this.clock = clock;
    this.channel = channel;
    this.stub = stub;
    this.inForce = inForce;
    this.chain = chain;
  }

  /**
   * Connects, and fetches and verifies the rosters.
   *
   * @param needed picks the role where the configuration names none
   * @throws Failure if no role of this participant may make such a call
   */
  public static Client connect(ClientConfig config, Permission needed, Clock clock)
      throws IOException {
    Site site = Site.open(config.home(), config.genesis(), config.name());
    Optional<SignInSession> signIn =
        SignInSession.of(config.home(), site.genesis().coordinator().dnsName(), clock);
    Role role =
        config.role() != null
            ? own(site, config.role())
            : signIn.flatMap(session -> personal(site, needed)).orElseGet(() -> role(site, needed));
    RostersFile file = new RostersFile(config.home());
    RosterChain kept = file.read(site.genesis());
    ServerCheck check = new ServerCheck(config.home(), needed == Permission.PUBLISH_CRL, clock);
    AtomicReference<InForce> inForce = new AtomicReference<>(check.before(kept));
    TlsIdentity tls = site.tls(role, LeafIssuer.DEFAULT_VALIDITY, clock, () -> kept);
    NettyChannelBuilder builder =
        TlsChannels.client(
            config.address().host(),
            config.address().port(),
            site.genesis().coordinator().dnsName(),
            tls.keyManager(),
            Site.trust(inForce::get, clock),
            WireLimits.DEFAULT);
    if (AccessTable.PEOPLE.contains(role)) {
      signIn.ifPresent(builder::intercept); // agents use certificates only
    }
    ManagedChannel channel = builder.build();
    try {
      OperationsBlockingStub stub = OperationsGrpc.newBlockingStub(channel);
      GetRostersReply sent =
          stub.withInterceptors(check.peer())
              .withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS)
              .getRosters(GetRostersRequest.getDefaultInstance());
      RosterChain chain = RosterChain.parse(site.genesis(), sent.getRosterChain().toByteArray());
      requireNotBefore(kept, chain);
      List<Crl> crls =
          sent.getCrlsList().stream().map(crl -> Crl.parseOne(crl.toByteArray())).toList();
      InForce now = check.after(chain, crls);
      inForce.set(now);
      if (!chain.authorities().equals(kept.authorities())
          && chain.continues(file.read(site.genesis()))) {
        file.keep(chain); // the root of the genesis alone will not do for ever
      }
      return new Client(site, clock, channel, stub, now, chain);
    } catch (IOException | RuntimeException failure) {
      channel.shutdownNow();
      throw failure;
    }
  }

  /**
   * An older chain would bring back roots that have ended.
   *
   * @throws Failure if what was sent is neither the chain that this home keeps nor continues it
   */
  private static void requireNotBefore(RosterChain kept, RosterChain sent) {
    Roster known = kept.latest();
    Roster latest = sent.latest();
    if (!latest.digest().equals(known.digest()) && !sent.continues(kept)) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "the coordinator sends roster version %d (%s), which does not follow from version %d (%s) in %s"
              .formatted(
                  latest.version(),
                  latest.digest(),
                  known.version(),
                  known.digest(),
                  RostersFile.NAME),
          "if it lost its store, it has the rosters again once a member's agent connects; otherwise"
              + " ask the members which roster is in force");
    }
  }

  /** For calls that answer at once. */
  public OperationsBlockingStub call() {
    return stub.withDeadlineAfter(CALL_SECONDS, TimeUnit.SECONDS);
  }

  /** For streams that last. */
  public OperationsBlockingStub stream() {
    return stub;
  }

  public Site site() {
    return site;
  }

  public Genesis genesis() {
    return site.genesis();
  }

  /** The verified rosters from the genesis to the one in force. */
  public RosterChain rosters() {
    return chain;
  }

  /** The revocation lists that the server was held against: the coordinator's, and the home's. */
  public Crls crls() {
    return inForce.crls();
  }

  /** Signs a payload with this participant's identity key, as an envelope of this alliance. */
  public byte[] seal(String type, byte[] payload) {
    Envelopes envelopes =
        new Envelopes(
            genesis().alliance().value(),
            site.id().value(),
            site.keys()::sign,
            (sender, message, signature) -> false,
            clock.millis() * 1000);
    return envelopes.seal(type, 0, 0, payload);
  }

  private static Set<Role> roles(Site site) {
    return site.genesis()
        .roster()
        .find(site.id())
        .filter(founder -> founder.identityKey().equals(site.keys().identity()))
        .map(RosterEntry::roles)
        .orElseGet(() -> requested(site.home()));
  }

  /** A certificate for a role that is not the participant's would only fail in the handshake. */
  private static Role own(Site site, Role role) {
    Set<Role> own = roles(site);
    if (!own.contains(role)) {
      throw new Failure(
          ExitCode.DENIED,
          "'" + site.id() + "' is no " + role.wireName() + ", it is " + names(own),
          "leave --role away, or name one of these");
    }
    return role;
  }

  /**
   * Of somebody who has signed in: the certificate opens the door, whichever role of people it has;
   * what they may is up to the token. Empty where nobody signs in for such a call.
   */
  private static Optional<Role> personal(Site site, Permission needed) {
    Set<Role> able = AccessTable.rolesWith(needed);
    return roles(site).stream()
        .filter(AccessTable.PEOPLE::contains)
        .sorted(
            Comparator.comparing((Role role) -> !able.contains(role)).thenComparing(role -> role))
        .findFirst()
        .filter(role -> able.stream().anyMatch(AccessTable.PEOPLE::contains));
  }

  private static Role role(Site site, Permission needed) {
    Set<Role> own = roles(site);
    Set<Role> able = AccessTable.rolesWith(needed);
    return own.stream()
        .filter(able::contains)
        .sorted()
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(
                    ExitCode.DENIED,
                    "'" + site.id() + "' (" + names(own) + ") may not " + needed.inWords(),
                    "somebody with the role " + names(able) + " may"));
  }

  /**
   * A later member is not in the genesis: its own request says what it asked for; the coordinator
   * checks anyway.
   */
  private static Set<Role> requested(Path home) {
    try {
      return MemberRequest.parse(Files.readAllBytes(home.resolve(REQUEST_FILE))).profile().roles();
    } catch (IOException missing) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          home.resolve(REQUEST_FILE)
              + " cannot be read, and the genesis does not list this participant",
          "name the role to act in with --role",
          missing);
    }
  }

  private static String names(Set<Role> roles) {
    return roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(" or "));
  }

  @Override
  public void close() {
    channel.shutdownNow();
    try {
      channel.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

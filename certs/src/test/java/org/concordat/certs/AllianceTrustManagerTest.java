package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.net.Socket;
import java.nio.file.Path;
import java.security.cert.CertPath;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.concordat.certs.PeerRefusedException.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class AllianceTrustManagerTest {
  private static final BouncyCastleProvider BC = new BouncyCastleProvider();

  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static TestAlliance other;

  private final AtomicReference<Roster> inForce = new AtomicReference<>(alliance.genesis.roster());
  private final AllianceTrustManager trust =
      new AllianceTrustManager(alliance.roots(), inForce::get, alliance.clock);

  @BeforeAll
  static void makeAlliances() {
    alliance = new TestAlliance(directory.resolve("one"), Clock.systemUTC());
    other = new TestAlliance(directory.resolve("other"), Clock.systemUTC());
  }

  /** What the plain path validators say of a chain that the trust manager must refuse. */
  private enum Validators {
    ACCEPT,
    REFUSE,
    ANY
  }

  private record Trap(
      String name, Callable<X509Certificate[]> chain, Reason reason, Validators validators) {}

  private static Trap leafTrap(String name, TestLeaf leaf, Validators validators) {
    return new Trap(name, leaf::chain, Reason.LEAF_PROFILE, validators);
  }

  private static TestLeaf leaf() {
    return TestLeaf.of(alliance, TestAlliance.LYON);
  }

  private static List<Trap> traps() {
    String lyon = "lyon.eu.hearts.example";
    Instant now = alliance.clock.instant();
    return List.of(
        leafTrap("no names under a subject", leaf().noNames().subject("O=Lyon"), Validators.ACCEPT),
        leafTrap("subject present", leaf().subject("CN=" + lyon), Validators.ANY),
        leafTrap("no extended usage", leaf().purposes(), Validators.ACCEPT),
        leafTrap(
            "wrong extended usage",
            leaf().purposes(KeyPurposeId.id_kp_codeSigning),
            Validators.ACCEPT),
        leafTrap(
            "client usage only", leaf().purposes(KeyPurposeId.id_kp_clientAuth), Validators.ACCEPT),
        leafTrap(
            "three extended usages",
            leaf()
                .purposes(
                    KeyPurposeId.id_kp_clientAuth,
                    KeyPurposeId.id_kp_serverAuth,
                    KeyPurposeId.id_kp_emailProtection),
            Validators.ACCEPT),
        leafTrap(
            "extra e-mail name",
            leaf().name(GeneralName.rfc822Name, "root@" + lyon),
            Validators.ACCEPT),
        leafTrap(
            "second DNS name", leaf().name(GeneralName.dNSName, "www." + lyon), Validators.ACCEPT),
        leafTrap("URI with userinfo", leaf().uri("spiffe://b@" + lyon + "/agent"), Validators.ANY),
        leafTrap("URI with port", leaf().uri("spiffe://" + lyon + ":1/agent"), Validators.ANY),
        leafTrap("unknown role", leaf().uri("spiffe://" + lyon + "/king"), Validators.ACCEPT),
        leafTrap("no role", leaf().uri("spiffe://" + lyon + "/"), Validators.ACCEPT),
        leafTrap(
            "path after the role", leaf().uri("spiffe://" + lyon + "/agent/x"), Validators.ACCEPT),
        leafTrap("other scheme", leaf().uri("https://" + lyon + "/agent"), Validators.ACCEPT),
        leafTrap("subdomain of the member", leaf().dns("x." + lyon), Validators.ACCEPT),
        leafTrap("authority as leaf", leaf().authority(), Validators.ANY),
        leafTrap("key encipherment", leaf().usage(KeyUsage.keyEncipherment), Validators.ANY),
        leafTrap(
            "month-long leaf",
            leaf().valid(now.minusSeconds(60), now.plus(Duration.ofDays(30))),
            Validators.ACCEPT),
        chainTrap("urn: URI", () -> leaf().uri("urn:uuid:x").chain(), Validators.ANY),
        new Trap(
            "expired",
            () -> leaf().valid(now.minus(Duration.ofDays(2)), now.minusSeconds(5)).chain(),
            Reason.EXPIRED,
            Validators.REFUSE),
        new Trap(
            "not yet valid",
            () -> leaf().valid(now.plusSeconds(600), now.plusSeconds(1200)).chain(),
            Reason.NOT_YET_VALID,
            Validators.REFUSE),
        chainTrap(
            "DNS name of another member",
            () -> leaf().dns("berlin.eu.hearts.example").chain(),
            Validators.REFUSE),
        chainTrap(
            "URI of another member",
            () -> leaf().uri("spiffe://berlin.eu.hearts.example/agent").chain(),
            Validators.REFUSE),
        chainTrap(
            "IP address name",
            () -> leaf().name(GeneralName.iPAddress, "127.0.0.1").chain(),
            Validators.REFUSE),
        new Trap(
            "re-ordered",
            () -> reorder(leaf().chain(), 0, 2, 1),
            Reason.UNKNOWN_AUTHORITY,
            Validators.REFUSE),
        new Trap(
            "member CA twice",
            () -> reorder(leaf().chain(), 0, 1, 1),
            Reason.UNKNOWN_AUTHORITY,
            Validators.REFUSE),
        new Trap(
            "foreign jurisdiction CA",
            AllianceTrustManagerTest::strayThird,
            Reason.UNKNOWN_AUTHORITY,
            Validators.REFUSE),
        new Trap(
            "member CA of another jurisdiction's authority",
            AllianceTrustManagerTest::movedMember,
            Reason.CHAIN_INVALID,
            Validators.REFUSE),
        new Trap(
            "another alliance of the same names",
            () -> TestLeaf.of(other, TestAlliance.LYON).chain(),
            Reason.UNKNOWN_AUTHORITY,
            Validators.REFUSE),
        new Trap(
            "root included", () -> append(leaf().chain()), Reason.CHAIN_LENGTH, Validators.ANY),
        new Trap(
            "jurisdiction CA missing",
            () -> Arrays.copyOf(leaf().chain(), 2),
            Reason.CHAIN_LENGTH,
            Validators.REFUSE),
        new Trap("nothing", () -> new X509Certificate[0], Reason.CHAIN_LENGTH, Validators.ANY),
        new Trap(
            "role not granted",
            () -> leaf().uri("spiffe://" + lyon + "/auditor").chain(),
            Reason.ROLE_NOT_GRANTED,
            Validators.ACCEPT));
  }

  private static Trap chainTrap(
      String name, Callable<X509Certificate[]> chain, Validators validators) {
    return new Trap(name, chain, Reason.CHAIN_INVALID, validators);
  }

  @TestFactory
  Stream<DynamicTest> everyTrapIsRefusedForItsReason() {
    return traps().stream()
        .map(
            trap ->
                DynamicTest.dynamicTest(
                    trap.name(),
                    () -> {
                      X509Certificate[] chain = trap.chain().call();
                      Throwable refusal =
                          catchThrowable(() -> trust.checkClientTrusted(chain, "UNKNOWN"));
                      assertThat(refusal).isInstanceOf(PeerRefusedException.class);
                      assertThat(((PeerRefusedException) refusal).reason())
                          .as(refusal.getMessage())
                          .isIn(trap.reason(), Reason.CHAIN_INVALID);
                      if (trap.reason() == Reason.LEAF_PROFILE) {
                        // Also alone, whatever the JDK's trust manager happened to notice first.
                        assertThatThrownBy(() -> LeafProfile.of(chain[0]))
                            .isInstanceOf(PeerRefusedException.class);
                      }
                      requireVerdicts(trap, chain);
                    }));
  }

  /** JDK and Bouncy Castle agree on what is a matter of RFC 5280. */
  private static void requireVerdicts(Trap trap, X509Certificate[] chain) {
    if (trap.validators() != Validators.ANY) {
      boolean expected = trap.validators() == Validators.ACCEPT;
      assertThat(jdkAccepts(chain)).as("JDK").isEqualTo(expected);
      assertThat(bouncyCastleAccepts(chain)).as("Bouncy Castle").isEqualTo(expected);
    }
  }

  @Test
  void goodChainsAreAcceptedByEverybody() throws Exception {
    for (MemberId member : TestAlliance.AGENTS) {
      X509Certificate[] chain =
          alliance.tls(member, Role.AGENT).currentChain().toArray(X509Certificate[]::new);
      trust.checkClientTrusted(chain, "UNKNOWN");
      trust.checkClientTrusted(chain, "UNKNOWN", (Socket) null);
      assertThat(jdkAccepts(chain)).isTrue();
      assertThat(bouncyCastleAccepts(chain)).isTrue();
    }
    trust.checkClientTrusted(leaf().chain(), "UNKNOWN");
  }

  @Test
  void removedMemberIsRefusedAsRevokedWithTheReason() throws Exception {
    X509Certificate[] chain = leaf().chain();
    inForce.set(alliance.genesis.roster().removed(TestAlliance.LYON, "left the alliance"));
    assertThatThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
        .isInstanceOfSatisfying(
            PeerRefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.REVOKED))
        .hasMessageContaining("left the alliance");
  }

  @Test
  void memberCaThatTheRosterDoesNotListIsRefused() throws Exception {
    // The authority signed this key as lyon's, but the members' roster lists another key.
    ParticipantKeys stolen = ParticipantKeys.create(directory.resolve("stolen"));
    MemberRequest request =
        MemberRequest.make(
            MemberProfile.founder(
                TestAlliance.LYON, new Jurisdiction("eu"), new Country("FR"), Set.of(Role.AGENT)),
            stolen,
            alliance.clock);
    MemberChain minted =
        new MemberChain(
            CaCertificates.member(
                CaFiles.load(directory.resolve("one/ca"), "ca-eu"),
                new AllianceName("Hearts"),
                request.entry(TestAlliance.DOMAIN),
                request.memberCaKey(),
                5,
                alliance.clock.instant()),
            alliance.chain(TestAlliance.LYON).jurisdictionCa());
    X509Certificate[] chain =
        new TlsIdentity(
                new LeafIssuer(stolen, minted, Role.AGENT, Duration.ofHours(1), alliance.clock))
            .currentChain()
            .toArray(X509Certificate[]::new);
    assertThat(jdkAccepts(chain)).isTrue();
    assertThatThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
        .isInstanceOfSatisfying(
            PeerRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NOT_IN_ROSTER));
  }

  @Test
  void failingRosterSupplierIsARefusal() throws Exception {
    AllianceTrustManager broken =
        new AllianceTrustManager(
            alliance.roots(),
            () -> {
              throw new IllegalStateException("no roster yet");
            },
            alliance.clock);
    X509Certificate[] chain = leaf().chain();
    assertThatThrownBy(() -> broken.checkClientTrusted(chain, "UNKNOWN"))
        .isInstanceOf(CertificateException.class)
        .hasMessageContaining("no roster yet");
  }

  @Test
  void ownClockDecidesTooOnExpiry() throws Exception {
    Instant later = alliance.clock.instant().plus(Duration.ofDays(2));
    AllianceTrustManager future =
        new AllianceTrustManager(
            alliance.roots(), inForce::get, Clock.fixed(later, java.time.ZoneOffset.UTC));
    X509Certificate[] chain = leaf().chain();
    assertThatThrownBy(() -> future.checkClientTrusted(chain, "UNKNOWN"))
        .isInstanceOf(PeerRefusedException.class);
  }

  @Test
  void serverWithoutAConnectionIsAlwaysRefused() throws Exception {
    X509Certificate[] chain =
        alliance
            .tls(TestAlliance.HUB, Role.COORDINATOR)
            .currentChain()
            .toArray(X509Certificate[]::new);
    assertThatThrownBy(() -> trust.checkServerTrusted(chain, "UNKNOWN"))
        .isInstanceOfSatisfying(
            PeerRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NO_ENDPOINT_IDENTIFICATION));
    assertThatThrownBy(() -> trust.checkServerTrusted(chain, "UNKNOWN", new Socket()))
        .isInstanceOf(PeerRefusedException.class);
  }

  @Test
  void twoRootsAreAcceptedWhileTheAllianceChangesThem() throws Exception {
    AllianceTrustManager both =
        new AllianceTrustManager(
            Set.of(other.genesis.root(), alliance.genesis.root()), inForce::get, alliance.clock);
    both.checkClientTrusted(leaf().chain(), "UNKNOWN");
    assertThat(both.getAcceptedIssuers()).hasSize(2);
    X509Certificate[] foreign = TestLeaf.of(other, TestAlliance.LYON).chain();
    assertThatThrownBy(() -> both.checkClientTrusted(foreign, "UNKNOWN"))
        .isInstanceOfSatisfying(
            PeerRefusedException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.NOT_IN_ROSTER));
  }

  @Test
  void perCallCheckFollowsTheRoster() throws Exception {
    Roster roster = alliance.genesis.roster();
    PeerIdentity peer = PeerIdentity.fromChain(List.of(leaf().chain()), roster);
    assertThat(peer.member()).isEqualTo(TestAlliance.LYON);
    assertThat(peer.role()).isEqualTo(Role.AGENT);
    assertThat(peer.jurisdiction()).isEqualTo(new Jurisdiction("eu"));
    peer.requireListed(roster);
    peer.requireListed(roster.removed(TestAlliance.BERLIN, "left"));
    assertThatThrownBy(() -> peer.requireListed(roster.removed(TestAlliance.LYON, "left")))
        .isInstanceOf(PeerRefusedException.class);
  }

  private static X509Certificate[] reorder(X509Certificate[] chain, int... order) {
    return Arrays.stream(order).mapToObj(i -> chain[i]).toArray(X509Certificate[]::new);
  }

  private static X509Certificate[] append(X509Certificate[] chain) {
    X509Certificate[] longer = Arrays.copyOf(chain, chain.length + 1);
    longer[chain.length] = alliance.genesis.root();
    return longer;
  }

  private static X509Certificate[] strayThird() throws Exception {
    X509Certificate[] chain = leaf().chain();
    chain[2] = alliance.chain(TestAlliance.BOSTON).jurisdictionCa();
    return chain;
  }

  /** The US authority signs a member CA for a name in the EU: its own constraints forbid it. */
  private static X509Certificate[] movedMember() throws Exception {
    CaCertificates.Issuer us = CaFiles.load(directory.resolve("one/ca"), "ca-us");
    RosterEntry lyon = alliance.genesis.roster().find(TestAlliance.LYON).orElseThrow();
    ParticipantKeys keys = alliance.keys.get(TestAlliance.LYON);
    X509Certificate memberCa =
        CaCertificates.member(
            us,
            new AllianceName("Hearts"),
            lyon,
            keys.memberCaPublicKey(),
            5,
            alliance.clock.instant());
    MemberChain moved = new MemberChain(memberCa, us.certificate());
    return new TlsIdentity(
            new LeafIssuer(keys, moved, Role.AGENT, Duration.ofHours(1), alliance.clock))
        .currentChain()
        .toArray(X509Certificate[]::new);
  }

  private static boolean jdkAccepts(X509Certificate[] chain) {
    try {
      Certificates.requirePath(List.of(chain), alliance.roots(), alliance.clock.instant());
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  private static boolean bouncyCastleAccepts(X509Certificate[] chain) {
    try {
      CertPath path =
          CertificateFactory.getInstance("X.509", BC).generateCertPath(Arrays.asList(chain));
      PKIXParameters parameters =
          new PKIXParameters(Set.of(new TrustAnchor(alliance.genesis.root(), null)));
      parameters.setRevocationEnabled(false);
      parameters.setDate(Date.from(alliance.clock.instant()));
      CertPathValidator.getInstance("PKIX", BC).validate(path, parameters);
      return true;
    } catch (java.security.GeneralSecurityException | RuntimeException e) {
      return false;
    }
  }
}

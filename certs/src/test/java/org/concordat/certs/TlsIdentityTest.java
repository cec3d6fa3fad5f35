package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.concordat.certs.TestAlliance.BOSTON;
import static org.concordat.certs.TestAlliance.HUB;
import static org.concordat.certs.TestAlliance.LYON;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class TlsIdentityTest {
  private static final String HUB_NAME = "hub.eu.hearts.example";

  @TempDir static Path directory;
  private static TestAlliance alliance;

  private final AtomicReference<Roster> inForce = new AtomicReference<>(alliance.genesis.roster());

  @BeforeAll
  static void makeAlliance() {
    alliance = new TestAlliance(directory, Clock.systemUTC());
  }

  private Handshake serverOf(TlsIdentity identity) throws Exception {
    return new Handshake(identity, alliance.roots(), inForce::get);
  }

  private SSLContext clientOf(TlsIdentity identity) throws Exception {
    return Handshake.context(identity, alliance.roots(), inForce::get);
  }

  @Test
  void leafHasTheProfileAndItsTimes() throws Exception {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance dated = new TestAlliance(directory.resolve("dated"), clock);
    TlsIdentity identity = dated.tls(LYON, Role.AGENT);
    X509Certificate leaf = identity.currentChain().get(0);
    LeafProfile profile = LeafProfile.of(leaf);
    assertThat(profile).isEqualTo(new LeafProfile("lyon.eu.hearts.example", Role.AGENT));
    assertThat(leaf.getNotBefore().toInstant()).isEqualTo("2026-11-21T09:55:00Z");
    assertThat(leaf.getNotAfter().toInstant()).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(identity.expires()).isEqualTo("2026-11-22T10:00:00Z");
    assertThat(identity.renewalDue()).isEqualTo("2026-11-22T02:00:00Z");
  }

  @Test
  void renewsAtTwoThirdsOfLifeAndKeepsFourGenerations() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance dated = new TestAlliance(directory.resolve("renewal"), clock);
    TlsIdentity identity = dated.tls(LYON, Role.AGENT);
    X509ExtendedKeyManager keys = identity.keyManager();
    String[] ec = {"EC"};
    String firstAlias = keys.chooseEngineClientAlias(ec, null, null);
    clock.advance(Duration.ofHours(16).minusSeconds(1));
    assertThat(identity.renewIfDue()).isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(identity.renewIfDue()).isTrue();
    assertThat(identity.renewIfDue()).isFalse();
    String secondAlias = keys.chooseEngineServerAlias("EC", null, null);
    assertThat(secondAlias).isNotEqualTo(firstAlias);
    assertThat(keys.getPrivateKey(firstAlias)).isNotNull();
    assertThat(keys.getCertificateChain(firstAlias)).hasSize(3);
    identity.renew();
    identity.renew();
    assertThat(keys.getPrivateKey(firstAlias)).as("fourth generation").isNotNull();
    identity.renew();
    assertThat(keys.getPrivateKey(firstAlias)).as("fifth generation").isNull();
    assertThat(keys.getCertificateChain(firstAlias)).isNull();
    assertThat(keys.chooseEngineClientAlias(new String[] {"RSA", "EdDSA"}, null, null)).isNull();
  }

  @Test
  void siteThatWasAwayForAMonthRenewsByItself() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance dated = new TestAlliance(directory.resolve("away"), clock);
    TlsIdentity identity = dated.tls(LYON, Role.AGENT);
    clock.advance(Duration.ofDays(30));
    assertThat(identity.renewIfDue()).isTrue();
    assertThat(identity.expires()).isEqualTo(clock.instant().plus(Duration.ofHours(24)));
    clock.advance(Duration.ofDays(5 * 365L));
    assertThatThrownBy(identity::renewIfDue)
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("member CA certificate expired");
  }

  /** Timers stand still while a machine sleeps: nobody calls renewIfDue here. */
  @Test
  void aMachineThatSleptPastItsLeafIsBackWithTheNextHandshake() throws Exception {
    SettableClock clock = new SettableClock(Instant.now().minus(Duration.ofHours(26)));
    TestAlliance slept = new TestAlliance(directory.resolve("slept"), clock);
    TlsIdentity hub = slept.tls(HUB, Role.COORDINATOR);
    TlsIdentity lyon = slept.tls(LYON, Role.AGENT);
    assertThat(lyon.expires()).isBefore(Instant.now());
    clock.set(Instant.now());
    Roster roster = slept.genesis.roster();
    try (Handshake server = new Handshake(hub, slept.roots(), () -> roster)) {
      SSLContext client = Handshake.context(lyon, slept.roots(), () -> roster);
      Handshake.Seen seen = server.connect(client, HUB_NAME, true);
      assertThat(seen.client().get(0).getNotAfter().toInstant()).isAfter(Instant.now());
      assertThat(seen.server().get(0).getNotAfter().toInstant()).isAfter(Instant.now());
    }
  }

  @Test
  void aClockThatIsPutRightMakesANewLeaf() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance ahead = new TestAlliance(directory.resolve("ahead"), clock);
    clock.advance(Duration.ofDays(3));
    TlsIdentity identity = ahead.tls(LYON, Role.AGENT);
    clock.advance(Duration.ofDays(-3));
    String alias = identity.keyManager().chooseEngineClientAlias(new String[] {"EC"}, null, null);
    assertThat(identity.keyManager().getCertificateChain(alias)[0].getNotBefore().toInstant())
        .isBefore(clock.instant());
  }

  @Test
  void aLeafThatCannotBeRenewedIsUsedToItsEndAndThenNamed() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance dated = new TestAlliance(directory.resolve("named"), clock);
    Instant end = dated.chain(LYON).memberCa().getNotAfter().toInstant();
    clock.set(end.minus(Duration.ofHours(3)));
    TlsIdentity identity = dated.tls(LYON, Role.AGENT);
    clock.set(end.minusSeconds(1));
    assertThat(identity.keyManager().chooseEngineServerAlias("EC", null, null)).isNotNull();
    clock.set(end);
    assertThatThrownBy(() -> identity.keyManager().chooseEngineServerAlias("EC", null, null))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("member CA certificate expired at " + end)
        .hasMessageContaining("ask the alliance");
    clock.set(Instant.parse("2026-11-20T10:00:00Z"));
    assertThatThrownBy(() -> identity.keyManager().chooseEngineServerAlias("EC", null, null))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("it is 2026-11-20T10:00:00Z by this machine's clock");
  }

  /** As a handle of a token that may be pulled out. */
  private static final class TokenKey implements ECPrivateKey {
    private static final long serialVersionUID = 1L;
    private final ECPrivateKey key;
    private boolean away;

    TokenKey(PrivateKey key) {
      this.key = (ECPrivateKey) key;
    }

    @Override
    public String getAlgorithm() {
      return key.getAlgorithm();
    }

    @Override
    public String getFormat() {
      return key.getFormat();
    }

    @Override
    public byte[] getEncoded() {
      return key.getEncoded();
    }

    @Override
    public ECParameterSpec getParams() {
      return key.getParams();
    }

    @Override
    public BigInteger getS() {
      if (away) {
        throw new ProviderException("CKR_DEVICE_REMOVED");
      }
      return key.getS();
    }
  }

  @Test
  void aTokenThatIsAwayBreaksNoHandshakeWhileTheLeafIsGood() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance dated = new TestAlliance(directory.resolve("token"), clock);
    ParticipantKeys lyon = dated.keys.get(LYON);
    TokenKey token = new TokenKey(lyon.memberCaPrivateKey());
    ParticipantKeys keys =
        new ParticipantKeys(
            new Ed25519PrivateKeyParameters(new SecureRandom()),
            new KeyPair(lyon.memberCaPublicKey(), token));
    TlsIdentity identity =
        new TlsIdentity(
            new LeafIssuer(keys, dated.chain(LYON), Role.AGENT, Duration.ofHours(24), clock));
    token.away = true;
    clock.advance(Duration.ofHours(17));
    String alias = identity.keyManager().chooseEngineClientAlias(new String[] {"EC"}, null, null);
    assertThat(alias).isEqualTo("leaf-1");
    assertThatThrownBy(identity::renewIfDue)
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("the member CA key does not sign");
    LeafFiles files = new LeafFiles(directory);
    assertThatCode(files::ask).doesNotThrowAnyException();
    assertThat(files.look(identity)).isFalse();
    assertThat(files.read().orElseThrow().problem()).contains("does not sign");
    LeafFiles.Leaf first = files.read().orElseThrow();
    clock.advance(Duration.ofSeconds(1));
    assertThatCode(files::ask).doesNotThrowAnyException();
    files.look(identity);
    files.look(identity);
    LeafFiles.Leaf second = files.read().orElseThrow();
    assertThat(second.problem()).as("the same text").isEqualTo(first.problem());
    assertThat(second.asked()).as("another answer").isNotEqualTo(first.asked());
    token.away = false;
    assertThat(identity.renewIfDue()).isTrue();
    files.look(identity);
    assertThat(files.read().orElseThrow().problem()).isEmpty();
  }

  @Test
  void aLeafThatItsOwnMemberRevokedIsRenewedOnce() throws Exception {
    TlsIdentity identity = alliance.tls(HUB, Role.COORDINATOR);
    X509Certificate leaf = identity.currentChain().get(0);
    assertThat(identity.renewRevoked(Crls.NONE)).isFalse();
    Crl crl =
        new OwnCrl(
                directory.resolve(HUB.value()),
                alliance.keys.get(HUB),
                alliance.chain(HUB),
                alliance.clock)
            .revoke(
                Optional.empty(),
                leaf.getSerialNumber(),
                CRLReason.KEY_COMPROMISE,
                Duration.ofDays(1));
    Crls crls = Crls.of(List.of(crl));
    assertThat(identity.renewRevoked(crls)).isTrue();
    assertThat(identity.renewRevoked(crls)).isFalse();
    assertThat(identity.currentChain().get(0)).isNotEqualTo(leaf);
  }

  @Test
  void aRefusedPeerIsToldAboutWithBothTimes() throws Exception {
    SettableClock past = new SettableClock(Instant.now().minus(Duration.ofHours(26)));
    TestAlliance slept = new TestAlliance(directory.resolve("refused"), past);
    Roster roster = slept.genesis.roster();
    Clock now = Clock.systemUTC();
    List<PeerRefusedException> refused = new ArrayList<>();
    AllianceTrustManager trust =
        new AllianceTrustManager(slept.roots(), () -> roster, now, refused::add, false);
    TlsIdentity late = slept.tls(LYON, Role.AGENT);
    past.set(Instant.now().plus(Duration.ofHours(2)));
    TlsIdentity early = slept.tls(LYON, Role.AGENT);
    for (TlsIdentity identity : List.of(late, early, alliance.tls(LYON, Role.AGENT))) {
      X509Certificate[] chain = identity.currentChain().toArray(X509Certificate[]::new);
      assertThatThrownBy(() -> trust.checkClientTrusted(chain, "UNKNOWN"))
          .isInstanceOf(PeerRefusedException.class);
    }
    assertThat(refused)
        .extracting(PeerRefusedException::reason)
        .containsExactly(
            PeerRefusedException.Reason.EXPIRED,
            PeerRefusedException.Reason.NOT_YET_VALID,
            PeerRefusedException.Reason.UNKNOWN_AUTHORITY);
    assertThat(refused.get(0))
        .hasMessageContaining("leaf certificate ended at " + late.expires())
        .hasMessageContaining("it is 20")
        .hasMessageContaining("by this machine's clock")
        .hasCauseInstanceOf(java.security.cert.CertificateExpiredException.class);
    assertThat(refused.get(1)).hasMessageContaining("one of the two clocks is off");
    assertThat(refused.get(2)).hasMessageContaining("of another alliance");
  }

  @Test
  void leavesNeverOutliveTheMemberCa() {
    SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
    TestAlliance dated = new TestAlliance(directory.resolve("ending"), clock);
    Instant end = dated.chain(LYON).memberCa().getNotAfter().toInstant();
    clock.set(end.minus(Duration.ofHours(3)));
    TlsIdentity identity = dated.tls(LYON, Role.AGENT);
    assertThat(identity.expires()).isEqualTo(end);
    assertThat(identity.renewalDue()).isEqualTo(end.minus(Duration.ofHours(1)));
  }

  @Test
  void issuerRefusesForeignChainsAndBadValidity() {
    ParticipantKeys lyon = alliance.keys.get(LYON);
    assertThatThrownBy(() -> issuer(lyon, alliance.chain(BOSTON), Duration.ofHours(1)))
        .isInstanceOf(IssuanceRefusedException.class)
        .hasMessageContaining("another key");
    MemberChain chain = alliance.chain(LYON);
    assertThatThrownBy(() -> issuer(lyon, chain, Duration.ofDays(8)))
        .isInstanceOf(IssuanceRefusedException.class);
    assertThatThrownBy(() -> issuer(lyon, chain, Duration.ZERO))
        .isInstanceOf(IssuanceRefusedException.class);
    assertThatCode(() -> issuer(lyon, chain, Duration.ofDays(7))).doesNotThrowAnyException();
  }

  private static LeafIssuer issuer(ParticipantKeys keys, MemberChain chain, Duration validity) {
    return new LeafIssuer(keys, chain, Role.AGENT, validity, alliance.clock);
  }

  @Test
  void bothSidesAuthenticateOverLoopback() throws Exception {
    try (Handshake server = serverOf(alliance.tls(HUB, Role.COORDINATOR))) {
      Handshake.Seen seen =
          server.connect(clientOf(alliance.tls(LYON, Role.AGENT)), HUB_NAME, true);
      PeerIdentity hub = PeerIdentity.fromChain(seen.server(), inForce.get());
      PeerIdentity lyon = PeerIdentity.fromChain(seen.client(), inForce.get());
      assertThat(hub.member()).isEqualTo(HUB);
      assertThat(hub.role()).isEqualTo(Role.COORDINATOR);
      assertThat(lyon.member()).isEqualTo(LYON);
      assertThat(lyon.role()).isEqualTo(Role.AGENT);
    }
  }

  @Test
  void wrongServerNameAndMissingIdentificationFail() throws Exception {
    try (Handshake server = serverOf(alliance.tls(HUB, Role.COORDINATOR))) {
      SSLContext client = clientOf(alliance.tls(LYON, Role.AGENT));
      assertThatThrownBy(() -> server.connect(client, "other.eu.hearts.example", true))
          .hasMessageContaining("other.eu.hearts.example");
      assertThatThrownBy(() -> server.connect(client, HUB_NAME, false))
          .hasMessageContaining("endpoint identification is off");
    }
  }

  @Test
  void memberCannotPlayTheCoordinator() throws Exception {
    try (Handshake server = serverOf(alliance.tls(BOSTON, Role.AGENT))) {
      SSLContext client = clientOf(alliance.tls(LYON, Role.AGENT));
      assertThatThrownBy(() -> server.connect(client, HUB_NAME, true))
          .hasMessageContaining(HUB_NAME);
      assertThatThrownBy(() -> server.connect(client, "boston.us.hearts.example", true))
          .hasMessageContaining("not as coordinator");
    }
  }

  @Test
  void revokedMemberCannotConnectAnyMore() throws Exception {
    try (Handshake server = serverOf(alliance.tls(HUB, Role.COORDINATOR))) {
      SSLContext lyon = clientOf(alliance.tls(LYON, Role.AGENT));
      server.connect(lyon, HUB_NAME, true);
      inForce.set(alliance.genesis.roster().removed(LYON, "left"));
      assertThatThrownBy(() -> server.connect(lyon, HUB_NAME, true)).isInstanceOf(Exception.class);
      SSLContext boston = clientOf(alliance.tls(BOSTON, Role.AGENT));
      assertThat(server.connect(boston, HUB_NAME, true).client()).hasSize(3);
    }
  }

  @Test
  void rotationDropsNoConnection() throws Exception {
    TlsIdentity hub = alliance.tls(HUB, Role.COORDINATOR);
    TlsIdentity lyon = alliance.tls(LYON, Role.AGENT);
    Set<X509Certificate> leaves = new HashSet<>();
    ExecutorService rotator = Executors.newSingleThreadExecutor();
    try (Handshake server = serverOf(hub)) {
      SSLContext client = clientOf(lyon);
      Future<?> rotating = rotator.submit(() -> rotate(hub, lyon));
      for (int i = 0; i < 60; i++) {
        leaves.add(server.connect(client, HUB_NAME, true).client().get(0));
      }
      rotating.cancel(true);
    } finally {
      rotator.shutdownNow();
    }
    assertThat(leaves).as("several generations were used").hasSizeGreaterThan(2);
  }

  private static void rotate(TlsIdentity... identities) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        for (TlsIdentity identity : identities) {
          identity.renew();
        }
        Thread.sleep(25);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void enginesAgreeWithSockets() throws Exception {
    SSLContext hub = clientOf(alliance.tls(HUB, Role.COORDINATOR));
    SSLContext lyon = clientOf(alliance.tls(LYON, Role.AGENT));
    assertThatCode(() -> Handshake.engines(hub, lyon, HUB_NAME)).doesNotThrowAnyException();
    assertThatThrownBy(() -> Handshake.engines(hub, lyon, "other.eu.hearts.example"))
        .hasMessageContaining("other.eu.hearts.example");
    assertThatThrownBy(() -> Handshake.engines(lyon, lyon, "lyon.eu.hearts.example"))
        .hasMessageContaining("not as coordinator");
  }

  @Test
  void textFormHoldsNoKey() {
    assertThat(alliance.tls(LYON, Role.AGENT).toString())
        .contains("lyon.eu.hearts.example")
        .doesNotContain("PrivateKey");
  }
}

package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.concordat.certs.TestAlliance.BERLIN;
import static org.concordat.certs.TestAlliance.BOSTON;
import static org.concordat.certs.TestAlliance.HUB;
import static org.concordat.certs.TestAlliance.LYON;
import static org.concordat.certs.TestAlliance.ZURICH;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Roots that the members replace: both, then the new one. */
class RosterRootsTest {
  private static final String WHY = "new root 2036";

  @TempDir Path directory;
  private TestAlliance alliance;
  private RosterChain chain;
  private OfflineCa newCa;
  private Authority old;
  private Authority next;

  @BeforeEach
  void makeAlliance() {
    alliance = new TestAlliance(directory, Clock.systemUTC());
    chain = RosterChain.of(alliance.genesis);
    newCa = alliance.ca.succeed(directory.resolve("ca-2036"), alliance.clock);
    old = chain.authorities().get(0);
    next = Authority.parse(newCa.authority().toBytes());
  }

  private Roster changed(Authority... roots) {
    RosterChange change = RosterChange.parse(new RosterChange.Roots(List.of(roots), WHY).toBytes());
    return change.next(chain.latest());
  }

  private void agree(Authority... roots) {
    chain = chain.append(alliance.signed(changed(roots), chain.latest(), LYON, BERLIN, BOSTON));
    chain = RosterChain.parse(alliance.genesis, chain.toBytes());
  }

  private X509Certificate[] under(Authority root) {
    MemberChain own = root.under(alliance.chain(LYON)).orElseThrow();
    return new TlsIdentity(
            new LeafIssuer(
                alliance.keys.get(LYON),
                own,
                Role.AGENT,
                LeafIssuer.DEFAULT_VALIDITY,
                alliance.clock))
        .currentChain()
        .toArray(X509Certificate[]::new);
  }

  /** Ours, and what OpenSSL says with the bundle of the same roots. */
  private boolean accepted(X509Certificate[] leaf) throws Exception {
    InForce now = InForce.of(chain, Crls.NONE);
    boolean ours = true;
    try {
      new AllianceTrustManager(() -> now, alliance.clock, refused -> {}, false)
          .checkClientTrusted(leaf, "UNKNOWN");
    } catch (PeerRefusedException refused) {
      assertThat(refused.reason()).isEqualTo(PeerRefusedException.Reason.UNKNOWN_AUTHORITY);
      ours = false;
    }
    if (Files.isExecutable(Path.of("/usr/bin/openssl"))) {
      assertThat(openssl(leaf, now.roots())).as("OpenSSL").isEqualTo(ours);
    } else {
      System.out.println("NOT TESTED: openssl is not installed");
    }
    return ours;
  }

  private boolean openssl(X509Certificate[] leaf, Set<X509Certificate> roots) throws Exception {
    Path folder = Files.createTempDirectory(directory, "verify-");
    Files.write(folder.resolve("roots.pem"), Certificates.pem(List.copyOf(roots)));
    Files.write(folder.resolve("rest.pem"), Certificates.pem(List.of(leaf[1], leaf[2])));
    Files.write(folder.resolve("leaf.pem"), Certificates.pem(List.of(leaf[0])));
    Process process =
        new ProcessBuilder(
                "openssl",
                "verify",
                "-x509_strict",
                "-no-CApath",
                "-CAfile",
                "roots.pem",
                "-untrusted",
                "rest.pem",
                "leaf.pem")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean good = process.waitFor() == 0;
    assertThat(said).contains(good ? ": OK" : "rror");
    return good;
  }

  @Test
  void bothHoldThenTheOldOneEndsAndNoGenesisIsNew() throws Exception {
    X509Certificate[] before = under(old);
    X509Certificate[] after = under(next);
    assertThat(after[1]).as("the member's own certificate stays").isEqualTo(before[1]);
    assertThat(accepted(before)).isTrue();
    assertThat(accepted(after)).as("nobody has signed it").isFalse();
    agree(old, next);
    assertThat(accepted(before)).isTrue();
    assertThat(accepted(after)).isTrue();
    InForce both = InForce.of(chain, Crls.NONE);
    both.identify(List.of(before), alliance.clock.instant());
    agree(next);
    assertThat(accepted(before)).isFalse();
    assertThat(accepted(after)).isTrue();
    InForce now = InForce.of(chain, Crls.NONE);
    assertThat(now.hasEnded(List.of(before), alliance.clock.instant()))
        .as("a connection from before ends")
        .isTrue();
    assertThatThrownBy(() -> now.identify(List.of(before), alliance.clock.instant()))
        .hasMessageContaining("UNKNOWN_AUTHORITY")
        .hasMessageContaining("that root has ended");
    assertThat(now.identify(List.of(after), alliance.clock.instant()).member()).isEqualTo(LYON);
    assertThat(chain.genesis().digest()).isEqualTo(alliance.genesis.digest());
    // the root stays when other things change
    chain =
        chain.append(
            alliance.signed(
                chain.latest().removed(BOSTON, "left"), chain.latest(), LYON, BERLIN, ZURICH));
    assertThat(chain.authorities()).containsExactly(next);
  }

  @Test
  void leafIsRenewedWhenTheRootChanges() {
    TlsIdentity tls =
        new TlsIdentity(
            new LeafIssuer(
                alliance.keys.get(LYON),
                () -> {
                  List<Authority> roots = chain.authorities();
                  return roots.get(roots.size() - 1).under(alliance.chain(LYON)).orElseThrow();
                },
                Role.AGENT,
                LeafIssuer.DEFAULT_VALIDITY,
                alliance.clock));
    assertThat(tls.renewIfDue()).isFalse();
    agree(old, next);
    assertThat(tls.renewIfDue()).isTrue();
    assertThat(tls.renewIfDue()).isFalse();
    assertThat(Certificates.isSignedBy(tls.currentChain().get(2), next.root())).isTrue();
  }

  @Test
  void neitherACoordinatorNorAMinorityBringsInARoot() {
    Roster both = changed(old, next);
    assertThatThrownBy(() -> chain.append(alliance.signed(both, chain.latest(), LYON, BERLIN)))
        .isInstanceOf(QuorumNotReachedException.class);
    assertThatThrownBy(() -> both.approve(chain.latest(), alliance.keys.get(HUB)))
        .as("the coordinator is no agent")
        .isInstanceOf(RosterChangeException.class);
    List<MemberSignature> forged = new ArrayList<>();
    forged.add(both.approve(chain.latest(), alliance.keys.get(LYON)));
    forged.add(both.approve(chain.latest(), alliance.keys.get(BERLIN)));
    forged.add(
        MemberSignature.make(
            BOSTON, alliance.keys.get(HUB), SignatureContext.ROSTER, both.digest()));
    assertThatThrownBy(() -> chain.append(new SignedRoster(both, forged)))
        .isInstanceOf(InvalidSignatureException.class);
  }

  @Test
  void aRosterWithNoneOfTheRootsBeforeIsRefusedWhoeverSignsIt() {
    Roster alone = changed(next);
    assertThatThrownBy(
            () ->
                chain.append(alliance.signed(alone, chain.latest(), LYON, BERLIN, BOSTON, ZURICH)))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("first both, then the old one ends");
    assertThatThrownBy(() -> chain.requireOverlap(alone)).isInstanceOf(RosterChangeException.class);
    assertThatThrownBy(() -> changed()).hasMessageContaining("there would be none");
    assertThatThrownBy(() -> changed(old, next, next)).hasMessageContaining("root");
  }

  @Test
  void certificatesThatDoNotFitTheRootAreRefused() {
    assertThatThrownBy(() -> new Authority(old.root(), next.jurisdictionCas()))
        .hasMessageContaining("not signed by its root");
    X509Certificate eu = next.jurisdictionCas().get(new Jurisdiction("eu"));
    assertThatThrownBy(
            () -> changed(old, new Authority(next.root(), Map.of(new Jurisdiction("us"), eu))))
        .isInstanceOf(RosterChangeException.class)
        .hasMessageContaining("name constraints");
  }

  @Test
  void theKeeperIssuesUnderARootInForceOnly() throws Exception {
    MemberRequest oslo = alliance.joiner("oslo", "eu", "NO");
    Roster with = chain.latest().joined(oslo);
    chain = chain.append(alliance.signed(with, chain.latest(), LYON, BERLIN, BOSTON));
    assertThatThrownBy(() -> newCa.issue(oslo, chain, alliance.clock))
        .isInstanceOf(IssuanceRefusedException.class);
    agree(old, next);
    OfflineCa loaded = OfflineCa.load(directory.resolve("ca-2036"));
    MemberChain issued = loaded.issue(oslo, chain, alliance.clock);
    assertThat(next.under(issued)).contains(issued);
    agree(next);
    assertThatThrownBy(() -> alliance.ca.issue(oslo, chain, alliance.clock))
        .as("the old one's time is over")
        .isInstanceOf(IssuanceRefusedException.class);
    loaded.issue(oslo, chain, alliance.clock);
    assertThatThrownBy(() -> alliance.ca.succeed(directory.resolve("ca-2036"), alliance.clock))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("exists already");
  }
}

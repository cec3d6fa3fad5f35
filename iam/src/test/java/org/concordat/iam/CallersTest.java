package org.concordat.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.certs.Country;
import org.concordat.certs.Crl;
import org.concordat.certs.Crls;
import org.concordat.certs.Genesis;
import org.concordat.certs.InForce;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OwnCrl;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.PeerRefusedException;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.TlsIdentity;
import org.concordat.protocol.v1.AgentGatewayGrpc;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Through the public interface of certs only, as the coordinator will use it. */
class CallersTest {
  private static final Clock CLOCK = Clock.systemUTC();
  private static final MemberId LYON = Hearts.LYON;
  private static final Jurisdiction EU = Hearts.EU;

  @TempDir Path directory;
  private ParticipantKeys lyon;
  private Genesis genesis;

  @BeforeEach
  void makeAlliance() {
    Hearts hearts = new Hearts(directory, CLOCK, Set.of(Role.AGENT, Role.OPERATOR));
    lyon = hearts.lyon;
    genesis = hearts.genesis;
  }

  private List<X509Certificate> chain(Role role) {
    return new TlsIdentity(
            new LeafIssuer(
                lyon, genesis.memberChain(LYON).orElseThrow(), role, Duration.ofHours(1), CLOCK))
        .currentChain();
  }

  private InForce by(Roster roster) {
    return new InForce(Set.of(genesis.root()), roster, Crls.NONE);
  }

  @Test
  void callerActsInTheRoleOfItsCertificate() throws Exception {
    Caller agent = Callers.authenticate(chain(Role.AGENT), by(genesis.roster()), CLOCK.instant());
    Caller operator =
        Callers.authenticate(chain(Role.OPERATOR), by(genesis.roster()), CLOCK.instant());
    assertThat(agent.member()).isEqualTo(operator.member()).isEqualTo(LYON);
    assertThat(agent.certificate()).isNotEqualTo(operator.certificate());
    assertThat(agent.inWords()).isEqualTo("lyon as agent (eu)");
    String upload = AgentGatewayGrpc.getUploadMethod().getFullMethodName();
    assertThat(AccessTable.decide(agent, upload, Target.NONE, CLOCK.instant()).allowed()).isTrue();
    assertThat(AccessTable.decide(operator, upload, Target.NONE, CLOCK.instant()).allowed())
        .isFalse();
  }

  @Test
  void roleThatTheRosterDoesNotGiveIsRefused() {
    assertThatThrownBy(
            () -> Callers.authenticate(chain(Role.AUDITOR), by(genesis.roster()), CLOCK.instant()))
        .isInstanceOf(PeerRefusedException.class)
        .hasMessageContaining("does not give lyon the role auditor");
  }

  @Test
  void removedMemberIsNoCaller() throws Exception {
    Roster before = genesis.roster();
    ParticipantKeys second = ParticipantKeys.create(directory.resolve("rome"));
    Roster both =
        before.joined(
            MemberRequest.make(
                MemberProfile.founder(
                    new MemberId("rome"), EU, new Country("IT"), Set.of(Role.AGENT)),
                second,
                CLOCK));
    List<X509Certificate> chain = chain(Role.AGENT);
    Callers.authenticate(chain, by(both), CLOCK.instant());
    assertThatThrownBy(
            () -> Callers.authenticate(chain, by(both.removed(LYON, "left")), CLOCK.instant()))
        .isInstanceOf(PeerRefusedException.class)
        .hasMessageContaining("revoked: left");
  }

  @Test
  void callerWhoseCertificateIsRevokedIsNoCallerFromTheNextCallOn() throws Exception {
    List<X509Certificate> chain = chain(Role.OPERATOR);
    List<X509Certificate> other = chain(Role.OPERATOR);
    InForce before = by(genesis.roster());
    Callers.authenticate(chain, before, CLOCK.instant());
    Crl crl =
        new OwnCrl(directory.resolve("lyon"), lyon, genesis.memberChain(LYON).orElseThrow(), CLOCK)
            .revoke(
                Optional.empty(),
                chain.get(0).getSerialNumber(),
                CRLReason.KEY_COMPROMISE,
                Duration.ofDays(7));
    InForce after =
        new InForce(
            before.roots(),
            before.roster(),
            Crls.NONE.with(crl, before.roots(), before.roster(), CLOCK.instant()));
    assertThatThrownBy(() -> Callers.authenticate(chain, after, CLOCK.instant()))
        .isInstanceOf(PeerRefusedException.class)
        .hasMessageContaining("CERTIFICATE_REVOKED")
        .hasMessageContaining("KEY_COMPROMISE");
    assertThat(Callers.authenticate(other, after, CLOCK.instant()).member()).isEqualTo(LYON);
    assertThatThrownBy(
            () -> Callers.authenticate(other, after, CLOCK.instant().plus(Duration.ofDays(7))))
        .as("a list that has ended: whoever hides the next one gains no more time")
        .hasMessageContaining("CRL_ENDED");
  }
}

package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.concordat.certs.Authority;
import org.concordat.certs.Crl;
import org.concordat.certs.MemberId;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.OwnCrl;
import org.concordat.certs.RosterChange;
import org.concordat.iam.Site;
import org.concordat.protocol.v1.GetRostersRequest;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.PublishCrlRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A site is away while everything moves on: its leaf ends, rosters, a root, revocation lists and
 * epochs come and go. It is started again, with nothing done to it.
 */
class AwayTest {
  private static final List<String> QUORUM = List.of("boston", "cleveland", "budapest");
  private static final MemberId CLEVELAND = new MemberId("cleveland");

  @TempDir Path root;

  private static void publish(TestAlliance alliance, Crl crl) throws Exception {
    alliance
        .operator()
        .publishCrl(
            PublishCrlRequest.newBuilder().setCrl(ByteString.copyFrom(crl.toPem())).build());
  }

  @Test
  void aSiteThatWasAwayComesBackByItself() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.agentLines("zurich", "leaf-seconds: 3\n");
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("before", 2).build());
      assertThat(alliance.awaitEnd("before", 60).getState()).isEqualTo("COMPLETED");
      alliance.agents.remove("zurich").close();
      long left = System.nanoTime();

      Removing.agree(
          alliance,
          List.of("boston", "budapest", "zurich"),
          new RosterChange.Suspension(CLEVELAND, "audit"),
          OperationsBlockingStub::suspendMember);
      Removing.agree(
          alliance,
          List.of("boston", "budapest", "zurich"),
          new RosterChange.Resumption(CLEVELAND, "passed"),
          OperationsBlockingStub::resumeMember);
      Authority old = Removing.rosters(alliance).authorities().get(0);
      Authority next =
          OfflineCa.load(root.resolve("ca"))
              .succeed(root.resolve("ca-2036"), alliance.clock)
              .authority();
      Removing.agree(
          alliance,
          QUORUM,
          new RosterChange.Roots(List.of(old, next), "new root"),
          OperationsBlockingStub::changeRoots);
      Site zurich =
          Site.open(alliance.home("zurich"), root.resolve("genesis.json"), new MemberId("zurich"));
      OwnCrl list =
          new OwnCrl(
              zurich.home().resolve(Site.KEYS), zurich.keys(), zurich.chain(), alliance.clock);
      for (int serial = 1; serial <= 3; serial++) {
        publish(
            alliance,
            list.revoke(
                Optional.empty(),
                BigInteger.valueOf(serial),
                CRLReason.SUPERSEDED,
                Duration.ofDays(30)));
      }
      alliance.coordinator.close();
      alliance.startCoordinator();
      assertThat(Removing.rosters(alliance).latest().version()).isEqualTo(4);
      assertThat(
              alliance.operator().getRosters(GetRostersRequest.getDefaultInstance()).getCrlsList())
          .hasSize(1);
      long away = Duration.ofSeconds(4).toMillis() - RemovalTest.millisSince(left);
      if (away > 0) {
        Thread.sleep(away); // the leaf that it had is over for certain
      }

      alliance.startAgent("zurich");
      alliance.submit(TestAlliance.job("after", 3).build());
      JobSummary after = alliance.awaitEnd("after", 90);
      assertThat(after.getState()).as(after.toString()).isEqualTo("COMPLETED");
      assertThat(after.getMembersList()).contains("zurich");
    }
  }
}

package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.certs.InForce;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.iam.Site;
import org.concordat.protocol.TlsChannels;
import org.concordat.protocol.WireLimits;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.StatusRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that live for seconds: sites renew them while rounds run. */
class LeafRotationTest {
  private static final int ROUNDS = 120;

  @TempDir Path root;

  @Test
  void siteCertificatesChangeEveryFewSecondsAndNoRoundIsLost() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      for (String member : TestAlliance.MEMBERS) {
        alliance.agentLines(member, "leaf-seconds: 4\n");
      }
      alliance.startCoordinator();
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("long", ROUNDS).build()).getAccepted()).isTrue();
      Map<String, Set<Long>> sessions = new TreeMap<>();
      long end = System.nanoTime() + 120_000_000_000L;
      while (running(alliance) || sessions.values().stream().anyMatch(one -> one.size() < 4)) {
        for (MemberStatus member :
            alliance.operator().status(StatusRequest.getDefaultInstance()).getMembersList()) {
          if (member.getConnected()) {
            sessions
                .computeIfAbsent(member.getMember(), any -> new TreeSet<>())
                .add(member.getSinceMillis());
          }
        }
        assertThat(System.nanoTime()).as("sessions: " + sessions).isLessThan(end);
        Thread.sleep(50);
      }
      System.out.println("sessions of each member: " + sessions);
      JobSummary job = alliance.awaitEnd("long", 180);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      List<RoundSummary> rounds = alliance.rounds("long");
      assertThat(rounds.stream().filter(one -> one.getPhase().equals("COMMITTED")))
          .hasSize(ROUNDS + 1)
          .allSatisfy(round -> assertThat(round.getSurvivorsCount()).isGreaterThanOrEqualTo(3));
      assertThat(sessions.keySet()).containsAll(TestAlliance.MEMBERS);
    }
  }

  private static boolean running(TestAlliance alliance) throws Exception {
    return alliance
        .operator()
        .listJobs(org.concordat.protocol.v1.ListJobsRequest.getDefaultInstance())
        .getJobsList()
        .stream()
        .anyMatch(job -> Set.of("PROPOSED", "RUNNING").contains(job.getState()));
  }

  @Test
  void aConnectionDoesNotOutliveTheCertificateThatItBeganWith() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      Site site =
          Site.open(alliance.home("zurich"), root.resolve("genesis.json"), new MemberId("zurich"));
      ManagedChannel channel =
          TlsChannels.client(
                  "127.0.0.1",
                  alliance.port(),
                  alliance.genesis.coordinator().dnsName(),
                  site.tls(Role.AGENT, Duration.ofSeconds(3), Clock.systemUTC()).keyManager(),
                  Site.trust(() -> InForce.of(alliance.genesis), Clock.systemUTC()),
                  WireLimits.DEFAULT)
              .build();
      OperationsGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());
      long began = System.nanoTime();
      ConnectivityState state = channel.getState(false);
      while (state == ConnectivityState.READY && seconds(began) < 20) {
        Thread.sleep(50);
        state = channel.getState(false);
      }
      System.out.println("a connection of 3 s was closed after " + seconds(began) + " s");
      assertThat(state).isNotEqualTo(ConnectivityState.READY);
      assertThat(seconds(began)).isBetween(1L, 8L);
      OperationsGrpc.newBlockingStub(channel)
          .withWaitForReady()
          .withDeadlineAfter(10, java.util.concurrent.TimeUnit.SECONDS)
          .status(StatusRequest.getDefaultInstance());
      channel.shutdownNow();
    } catch (StatusRuntimeException refused) {
      throw new AssertionError("the next connection has a new certificate", refused);
    }
  }

  private static long seconds(long since) {
    return Duration.ofNanos(System.nanoTime() - since).toSeconds();
  }
}

package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import org.concordat.agent.Agent;
import org.concordat.certs.Country;
import org.concordat.certs.FirstStore;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.SignedRoster;
import org.concordat.iam.Site;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.secureagg.Notary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member whose keys were lost gets new ones, by the signatures of the others. */
class ReplacedKeysTest {
  private static final List<String> OTHERS = List.of("boston", "cleveland", "budapest");
  private static final String REASON = "laptop stolen";
  private static final long LIMIT_MILLIS = 5000;

  /** More than an epoch's: the one that is set up without the member is over before the job is. */
  private static final int ROUNDS = 90;

  @TempDir Path root;

  /** New keys in a new directory, and the request that {@code member init} makes of them. */
  private MemberRequest newKeys(TestAlliance alliance, Path home) throws Exception {
    Files.createDirectories(home);
    FirstStore.found(home);
    return MemberRequest.make(
        MemberProfile.founder(
            new MemberId("zurich"),
            new Jurisdiction("ch"),
            new Country("CH"),
            Set.of(Role.AGENT, Role.MEMBER_ADMIN)),
        ParticipantKeys.create(home.resolve(Site.KEYS)),
        alliance.clock);
  }

  @Test
  void newKeysComeInAndOldOnesGoOutWhileRoundsRunAndNoneIsLost() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      assertThat(alliance.submit(TestAlliance.job("long", ROUNDS).build()).getAccepted()).isTrue();
      RemovalTest.awaitCommitted(alliance, "long", 3);
      ManagedChannel thief = alliance.channel("zurich", Role.AGENT);
      OperationsBlockingStub calls = OperationsGrpc.newBlockingStub(thief);
      calls.status(StatusRequest.getDefaultInstance());
      var upload = RemovalTest.openUpload(thief);

      Path fresh = root.resolve("zurich-new");
      MemberRequest request = newKeys(alliance, fresh);
      RosterChange change = new RosterChange.NewKeys(request, REASON);
      Removing.agree(alliance, OTHERS, change, OperationsBlockingStub::replaceKeys);
      long inForce = System.nanoTime();
      assertThat(RemovalTest.refused(calls).getStatus().getDescription()).contains(REASON);
      assertThat(upload.get(LIMIT_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS))
          .satisfies(end -> assertThat(end.getDescription()).contains(REASON));
      Agent old = alliance.agents.remove("zurich");
      assertThat(RemovalTest.ended(old))
          .hasValueSatisfying(
              why -> assertThat(why).contains("these keys are revoked").contains(REASON));
      assertThat(RemovalTest.millisSince(inForce)).isLessThan(LIMIT_MILLIS);
      old.close();
      thief.shutdownNow();

      Files.move(alliance.home("zurich"), root.resolve("zurich-before"));
      Files.move(fresh, alliance.home("zurich"));
      Joining.certify(alliance, request);
      alliance.startAgent("zurich");
      JobSummary job = alliance.awaitEnd("long", 180);
      assertThat(job.getState()).as(job.toString()).isEqualTo("COMPLETED");
      List<RoundSummary> rounds = alliance.rounds("long");
      assertThat(rounds.stream().filter(one -> one.getPhase().equals("COMMITTED")))
          .hasSize(ROUNDS + 1);
      assertThat(rounds.get(0).getSurvivorsList()).contains("zurich");
      assertThat(rounds.get(rounds.size() - 1).getSurvivorsList()).contains("zurich");
      assertThat(alliance.auditText())
          .contains("\"step\":\"keys-approved\"")
          .contains("\"request\":\"" + request.digest());
    }
  }

  @Test
  void aCoordinatorThatGivesAMemberOtherKeysAloneIsFoundOut() throws Exception {
    AtomicReference<BiConsumer<String, SessionDown>> push = new AtomicReference<>();
    var lying =
        new org.concordat.coordinator.session.Traffic() {
          @Override
          public void attached(Notary notary, BiConsumer<String, SessionDown> how) {
            push.set(how);
          }
        };
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator(point -> {}, lying);
      alliance.startAgents();
      alliance.submit(TestAlliance.job("before", 1).build());
      alliance.awaitEnd("before", 60);
      // keys of its own making, in zurich's name, with the one signature that it could get
      MemberRequest minted = newKeys(alliance, root.resolve("minted"));
      Roster current = Removing.rosters(alliance).latest();
      Roster next = current.rekeyed(minted, REASON);
      SignedRoster alone =
          new SignedRoster(next, List.of(next.approve(current, alliance.keys.get("boston"))));
      ObjectNode signed = (ObjectNode) new ObjectMapper().readTree(alone.toBytes());
      signed.remove("type");
      byte[] chain =
          ("{\"rosters\":[" + signed + "],\"type\":\"concordat/roster-chain/v1\"}")
              .getBytes(StandardCharsets.UTF_8);
      push.get()
          .accept(
              "cleveland",
              SessionDown.newBuilder().setRosterChain(ByteString.copyFrom(chain)).build());
      Path status = alliance.home("cleveland").resolve("status.json");
      for (int i = 0; i < 500 && !Files.readString(status).contains("roster chain was"); i++) {
        Thread.sleep(20);
      }
      assertThat(Files.readString(status))
          .contains("a roster chain was refused")
          .contains("has 1 valid signatures of agents and needs 3");
      assertThatThrownBy(
              () ->
                  Removing.approve(
                      alliance,
                      "budapest",
                      new RosterChange.NewKeys(minted, REASON),
                      OperationsBlockingStub::removeMember))
          .as("each call takes its own kind of change")
          .hasMessageContaining("takes a Removal");
      alliance.submit(TestAlliance.job("after", 1).build());
      JobSummary after = alliance.awaitEnd("after", 60);
      assertThat(after.getState()).as(after.toString()).isEqualTo("COMPLETED");
    }
  }
}

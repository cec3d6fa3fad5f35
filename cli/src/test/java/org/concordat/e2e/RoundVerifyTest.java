package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.concordat.cli.Main;
import org.concordat.protocol.v1.RoundSummary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Members and auditors check released sums; a coordinator that lies about one gets no signature.
 */
class RoundVerifyTest {
  @TempDir Path root;

  private record Outcome(int code, String out, String err) {}

  private Outcome verify(TestAlliance alliance, String who, String... more) throws IOException {
    Path config = root.resolve("client-" + who + ".yaml");
    Files.writeString(
        config,
        """
        name: %s
        home: %s
        genesis: %s
        coordinator: {address: "127.0.0.1:%d"}
        """
            .formatted(who, alliance.home(who), root.resolve("genesis.json"), alliance.port()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] line = new String[more.length + 4];
    System.arraycopy(more, 0, line, 2, more.length);
    line[0] = "round";
    line[1] = "verify";
    line[line.length - 2] = "--config";
    line[line.length - 1] = config.toString();
    int code = Main.run(line, new PrintWriter(out), new PrintWriter(err));
    return new Outcome(code, out.toString(), err.toString());
  }

  private static List<Path> blobs(TestAlliance alliance, String prefix) {
    try (var files = Files.list(alliance.home("coordinator").resolve("state/blobs/named"))) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void alter(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length / 2] ^= 1;
      Files.write(file, bytes);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Test
  void aRoundIsVerifiedByAMemberAndByAnAuditorAsFarAsThePolicyLetsThem() throws Exception {
    String demo = Files.readString(WholeRoundTest.policy());
    Path policy = root.resolve("policy.yaml");
    Files.writeString(
        policy,
        demo.replace(
            "rules:\n",
            """
            rules:
              - id: masked-updates-stay-out-of-switzerland
                effect: forbid
                actions: [submit]
                when: {fact: recipient-country, from: [roster], in: [CH]}
                because: a test
            """));
    try (TestAlliance alliance = new TestAlliance(root, policy)) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("first", 4).build());
      assertThat(alliance.awaitEnd("first", 60).getState()).isEqualTo("COMPLETED");

      Outcome member = verify(alliance, "cleveland", "first", "4", "--output", "json");
      assertThat(member.code()).as(member.err()).isZero();
      JsonNode json = new ObjectMapper().readTree(member.out());
      assertThat(json.path("verified").asBoolean()).isTrue();
      assertThat(json.path("leavesChecked").asInt()).isEqualTo(json.path("leaves").asInt());
      assertThat(json.path("survivors")).hasSize(4);

      Outcome auditor = verify(alliance, "operator", "first", "5", "--sample", "100%");
      assertThat(auditor.code()).as(auditor.err()).isZero();
      assertThat(auditor.out()).contains("recomputed, all right").contains("Audit log  entry");

      assertThat(auditor.out()).contains("as the coordinator answers");
      Path folder = alliance.home("coordinator").resolve("audit-log");
      Outcome logged = verify(alliance, "operator", "first", "5", "--log", folder.toString());
      assertThat(logged.code()).as(logged.err()).isZero();
      assertThat(logged.out()).contains("the log is verified");
      Path forged = Files.createDirectory(root.resolve("forged-log"));
      for (String file : List.of("log.vkey", "checkpoint")) {
        Files.copy(folder.resolve(file), forged.resolve(file));
      }
      alter(forged.resolve("checkpoint"));
      assertThat(verify(alliance, "operator", "first", "5", "--log", forged.toString()).code())
          .isEqualTo(8);
      assertThat(verify(alliance, "operator", "first", "5", "--colluders", "9").code())
          .isEqualTo(8);

      // zurich signed without holding leaves; what it may see still verifies
      Outcome swiss = verify(alliance, "zurich", "first", "4");
      assertThat(swiss.code()).as(swiss.err()).isZero();
      assertThat(swiss.out()).contains("not checked").contains("stay-out-of-switzerland");

      // evidence is kept for three rounds: of five, the first two are gone
      assertThat(verify(alliance, "cleveland", "first", "2").code()).isEqualTo(5);
      assertThat(verify(alliance, "cleveland", "first", "9").code()).isEqualTo(5);
      assertThat(verify(alliance, "cleveland", "first", "0").code()).isEqualTo(2);
      assertThat(verify(alliance, "cleveland", "first", "4", "--sample", "0%").code()).isEqualTo(2);
      assertThat(blobs(alliance, "upload-")).hasSize(12);

      blobs(alliance, "upload-").forEach(RoundVerifyTest::alter);
      Outcome altered = verify(alliance, "cleveland", "first", "4", "--sample", "100%");
      assertThat(altered.code()).as(altered.out()).isEqualTo(8);
      assertThat(altered.err()).contains("WRONG_ROOT").contains("Next:");
      blobs(alliance, "sum-").forEach(RoundVerifyTest::alter);
      Outcome otherSum = verify(alliance, "operator", "first", "4");
      assertThat(otherSum.code()).isEqualTo(8);
      blobs(alliance, "record-").forEach(RoundVerifyTest::alter);
      assertThat(verify(alliance, "operator", "first", "4").code()).isEqualTo(8);
    }
  }

  @Test
  void membersDoNotSignASumWhoseLeavesAreWrong() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      AtomicBoolean once = new AtomicBoolean();
      alliance.startCoordinator(
          point -> {
            if (point.equals("before:SUM_APPLIED") && once.compareAndSet(false, true)) {
              alter(blobs(alliance, "upload-").get(0));
            }
          });
      alliance.startAgents();
      alliance.submit(TestAlliance.job("first", 2).build());
      long end = System.nanoTime() + 30_000_000_000L;
      RoundSummary round = RoundSummary.getDefaultInstance();
      while (System.nanoTime() < end && !round.getPhase().equals("AGREEING")) {
        List<RoundSummary> rounds = alliance.rounds("first");
        round = rounds.isEmpty() ? round : rounds.get(0);
        Thread.sleep(50);
      }
      Thread.sleep(2000);
      RoundSummary later = alliance.rounds("first").get(0);
      assertThat(later.getPhase()).isEqualTo("AGREEING");
      assertThat(later.getWaitingFor()).contains("0 answered");
      assertThat(Files.readString(alliance.home("zurich").resolve("status.json")))
          .contains("spot check");
    }
  }
}

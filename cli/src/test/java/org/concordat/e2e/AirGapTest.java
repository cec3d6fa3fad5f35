package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.concordat.agent.carried.BundleFolder;
import org.concordat.cli.Main;
import org.concordat.protocol.bundle.BundleReader;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SignedEnvelope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One member of four has no line: people carry its files, with the commands. */
@Tag("slow")
class AirGapTest {
  private static final String FAR = "zurich";

  @TempDir Path root;
  private TestAlliance alliance;
  private int trips;

  private record Ran(int code, String out, String err) {}

  private Ran run(String as, Object... command) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> line = new ArrayList<>(Arrays.stream(command).map(String::valueOf).toList());
    line.addAll(
        List.of(
            "--home",
            alliance.home(as).toString(),
            "--as",
            as,
            "--genesis",
            root.resolve("genesis.json").toString(),
            "--coordinator",
            "127.0.0.1:" + alliance.port()));
    int code = Main.run(line.toArray(String[]::new), new PrintWriter(out), new PrintWriter(err));
    return new Ran(code, out.toString(), err.toString());
  }

  private Ran good(String as, Object... command) {
    Ran ran = run(as, command);
    assertThat(ran.code()).as("%s: %s", Arrays.toString(command), ran.err()).isZero();
    return ran;
  }

  private static long number(Path file) throws Exception {
    try (BundleReader reader = new BundleReader(file)) {
      SignedEnvelope signed = SignedEnvelope.parseFrom(reader.signedHeader());
      return BundleReader.header(
              Envelope.parseFrom(signed.getEnvelope()).getPayload().toByteArray())
          .getNumber();
    }
  }

  /** Waits for a file of the site that is newer, and no newer one for a while. */
  private Path answer(long than) throws Exception {
    Path newest = new BundleFolder(alliance.home(FAR)).outgoing();
    long known = than;
    int quiet = 0;
    for (int i = 0; i < 600 && (known == than || quiet < 30); i++) {
      Thread.sleep(100);
      long now = Files.exists(newest) ? number(newest) : than;
      quiet = now == known ? quiet + 1 : 0;
      known = now;
    }
    assertThat(known).as("the site answers").isGreaterThan(than);
    Path carried = root.resolve("there-" + known + ".bundle");
    good(FAR, "bundle", "export", "--out", carried);
    return carried;
  }

  private String state(String job) throws IOException {
    return alliance.operator().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList().stream()
        .filter(one -> one.getJob().equals(job))
        .map(JobSummary::getState)
        .findFirst()
        .orElse("");
  }

  /** Carries there and back until the job is over. */
  private void carryUntilOver(String job) throws Exception {
    long seen = 0;
    while (trips < 60) {
      Path there = answer(seen);
      seen = number(there);
      good("operator", "bundle", "import", there);
      trips++;
      if (state(job).equals("COMPLETED")) {
        return;
      }
      awaitOthers();
      Path back = root.resolve("back-" + seen + ".bundle");
      good("operator", "bundle", "export", "--member", FAR, "--out", back);
      good(FAR, "bundle", "import", back);
      trips++;
    }
    throw new AssertionError("still " + state(job) + " after " + trips + " trips");
  }

  /** The others have a line: what they do next takes a moment. */
  private static void awaitOthers() throws InterruptedException {
    Thread.sleep(1500);
  }

  @Test
  void anAllianceTrainsAcrossAnAirGap() throws Exception {
    try (TestAlliance made = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance = made;
      alliance.carry(FAR);
      alliance.epochWaitSeconds(120);
      alliance.startCoordinator();
      alliance.startAgents();
      Path first = answer(0);
      good("operator", "bundle", "import", first);
      assertThat(
              alliance
                  .submit(TestAlliance.job("far", 3).setDeadlineSeconds(600).build())
                  .getAccepted())
          .isTrue();
      Path back = root.resolve("first-back.bundle");
      Thread.sleep(1000);
      Ran exported = good("operator", "bundle", "export", "--member", FAR, "--out", back);
      assertThat(exported.out()).contains("A round takes two trips");
      good(FAR, "bundle", "import", back);
      carryUntilOver("far");
      System.out.println(trips + " trips for 4 rounds and their epoch");
      JobSummary job = alliance.awaitEnd("far", 5);
      assertThat(job.getRoundsCommitted()).isEqualTo(4);
      for (RoundSummary round : alliance.rounds("far")) {
        assertThat(round.getSurvivorsList()).as(round.toString()).contains(FAR).hasSize(4);
        assertThat(round.getAccuracy()).isCloseTo(0.7, within(1e-3));
        assertThat(round.getLoss()).isCloseTo(0.5, within(1e-2));
      }
      badFilesAreRefusedByName(first, back);
    }
  }

  private void refused(String as, Path file, String reason) {
    Ran ran = run(as, "bundle", "import", file);
    assertThat(ran.code()).as("%s: %s %s", reason, ran.out(), ran.err()).isEqualTo(8);
    assertThat(ran.err()).contains(reason).contains("Next:");
  }

  private void badFilesAreRefusedByName(Path there, Path back) throws Exception {
    refused("operator", there, "OLDER");
    refused(FAR, back, "OLDER");
    Path newest = answer(number(there) - 1);
    good("operator", "bundle", "export", "--member", FAR, "--out", back);
    byte[] whole = Files.readAllBytes(back);

    byte[] altered = whole.clone();
    altered[altered.length - 1] ^= 1;
    refused(FAR, Files.write(root.resolve("altered"), altered), "ALTERED");
    byte[] cut = Arrays.copyOf(whole, whole.length - 100);
    refused(FAR, Files.write(root.resolve("cut"), cut), "INCOMPLETE");
    byte[] longer = Arrays.copyOf(whole, whole.length + 1);
    refused(FAR, Files.write(root.resolve("longer"), longer), "ALTERED");
    refused(FAR, Files.write(root.resolve("other"), new byte[100]), "NO_BUNDLE");
    byte[] forged = whole.clone();
    forged[60] ^= 1;
    assertThat(run(FAR, "bundle", "import", Files.write(root.resolve("forged"), forged)).code())
        .isEqualTo(8);

    good(FAR, "bundle", "import", back);
    refused(FAR, back, "REPLAYED");
    Files.copy(newest, root.resolve("again"), StandardCopyOption.REPLACE_EXISTING);
    refused("operator", root.resolve("again"), "REPLAYED");
  }
}

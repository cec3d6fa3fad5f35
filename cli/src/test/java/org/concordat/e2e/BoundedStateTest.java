package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ListJobsRequest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A thousand rounds of four members in one process: files, threads, heap and what the coordinator's
 * store holds of rounds and epochs stay as they were after the first hundred.
 */
@Tag("slow")
class BoundedStateTest {
  private static final int ROUNDS = Integer.getInteger("concordat.rounds", 1000);

  private static final long AGENT_SLACK_BYTES = 1 << 20;

  /** Files of a round under way: uploads, and a sum or record that is just being written. */
  private static final int IN_FLIGHT = 10;

  /** A round. */
  private static final long SITE_LOG_BYTES = 64 << 10;

  @TempDir Path root;

  private record Figures(
      int round,
      long descriptors,
      int threads,
      long heap,
      long blobs,
      long events,
      long entries,
      long agentBytes,
      long siteLogBytes) {}

  @Test
  void aThousandRoundsLeaveNoMoreThanAHundred() throws Exception {
    List<Figures> figures = new ArrayList<>();
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy())) {
      alliance.startCoordinator();
      alliance.startAgents();
      alliance.submit(TestAlliance.job("long", ROUNDS).build());
      for (int next = ROUNDS / 10; next <= ROUNDS; next += ROUNDS / 10) {
        await(alliance, next);
        Path home = alliance.home("zurich");
        long log = bytes(home.resolve("site-log"));
        figures.add(measure(next, bytes(home) - log, log));
        System.out.println(figures.get(figures.size() - 1));
      }
      assertThat(alliance.awaitEnd("long", 60).getState()).isEqualTo("COMPLETED");
    }
    Figures first = figures.get(1);
    Figures last = figures.get(figures.size() - 1);
    assertThat(last.descriptors()).isLessThan(first.descriptors() + 20);
    assertThat(last.threads()).isLessThan(first.threads() + 20);
    assertThat(last.blobs()).isLessThan(first.blobs() + IN_FLIGHT);
    assertThat(last.events()).as("of rounds under way").isLessThan(first.events() + 300);
    assertThat(last.agentBytes())
        .as("what an agent keeps on disk: 33 bytes a round, and a database that does not shrink")
        .isLessThan(first.agentBytes() + AGENT_SLACK_BYTES);
    long rounds = last.round() - first.round();
    assertThat(last.siteLogBytes() - first.siteLogBytes())
        .as("the site's own log tells of every message, and of no vector")
        .isLessThan(SITE_LOG_BYTES * rounds);
    assertThat(last.entries() - first.entries())
        .as("a summary, a model and a part of an epoch's end a round")
        .isLessThan(3 * rounds);
  }

  private static void await(TestAlliance alliance, int committed) throws Exception {
    while (true) {
      JobSummary job =
          alliance.operator().listJobs(ListJobsRequest.getDefaultInstance()).getJobs(0);
      assertThat(job.getState()).as(job.toString()).isIn("PROPOSED", "RUNNING", "COMPLETED");
      if (job.getRoundsCommitted() >= committed) {
        return;
      }
      Thread.sleep(100);
    }
  }

  private static long bytes(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.mapToLong(path -> path.toFile().isFile() ? path.toFile().length() : 0).sum();
    } catch (UncheckedIOException gone) {
      if (gone.getCause() instanceof NoSuchFileException) {
        return bytes(directory);
      }
      throw gone;
    }
  }

  private Figures measure(int round, long agentBytes, long siteLogBytes) throws Exception {
    System.gc();
    Runtime machine = Runtime.getRuntime();
    return new Figures(
        round,
        files(Path.of("/proc/self/fd")),
        Thread.activeCount(),
        (machine.totalMemory() - machine.freeMemory()) >> 10,
        files(root.resolve("coordinator/state/blobs/named")),
        rows("event"),
        rows("entry"),
        agentBytes,
        siteLogBytes);
  }

  private static long files(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.count();
    } catch (UncheckedIOException gone) {
      if (gone.getCause() instanceof NoSuchFileException) {
        return files(directory);
      }
      throw gone;
    }
  }

  /** Rows of a table in the coordinator's store. */
  private long rows(String table) throws Exception {
    String url = "jdbc:sqlite:" + root.resolve("coordinator/state/state.sqlite");
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var count = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      return count.getLong(1);
    }
  }
}

package org.concordat.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Predicate;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.session.GrpcFetcher;
import org.concordat.agent.session.GrpcLink;
import org.concordat.agent.session.Regionals;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.train.Trainer;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.agent.upload.GrpcUploader;
import org.concordat.agent.work.Threads;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;

/** One member's agent, its core as {@link Agent} starts it, on a connection without TLS. */
public final class TestSite implements AutoCloseable {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  private final AgentConfig config;
  private final Database database;
  private final AgentCore core;

  public TestSite(Founded alliance, AgentConfig config, FakeCoordinator coordinator, Clock clock) {
    this.config = config;
    DataSets dataSets = DataSets.load(config.dataSets(), config.dataRoot());
    database = Database.open(StoreLocation.sqlite(config.home().resolve("state")));
    Entries entries = new SqlEntries(database);
    ManagedChannel channel = coordinator.channel();
    TrainerLaunch launch = TrainerLaunch.of(config.trainer(), config.home());
    core =
        AgentCore.start(
            config,
            "test",
            alliance.site(config.name()),
            new Rosters(alliance.genesis, entries),
            dataSets,
            new AgentCore.Ports(
                clock,
                new SecureRandom(),
                Threads.start(),
                new AgentCore.Line(
                    new GrpcLink(channel, clock),
                    new GrpcFetcher(channel, new Regionals(aggregator -> channel)),
                    new GrpcUploader(channel, config.limits().partBytes())),
                (spec, data) -> Trainer.start(launch, spec, data, config.trainer().startLimit()),
                new AgentCore.Disk(
                    entries, new Blobs(config.home().resolve("state").resolve("blobs"))),
                point -> {}));
  }

  public JsonNode status() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(config.home().resolve(AgentStatus.FILE)));
  }

  public JsonNode awaitStatus(Predicate<JsonNode> what) throws Exception {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      if (Files.exists(config.home().resolve(AgentStatus.FILE)) && what.test(status())) {
        return status();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("the status stays " + status());
  }

  /** Waits until a request about a job is as expected. */
  public Request await(String job, Predicate<Request> what) throws InterruptedException {
    Inbox inbox = Inbox.open(config.home());
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (System.nanoTime() < end) {
      Optional<Request> found =
          inbox.list().stream()
              .filter(request -> request.job().equals(job))
              .filter(what)
              .findFirst();
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(20);
    }
    throw new AssertionError("no such request about " + job + ": " + inbox.list());
  }

  @Override
  public void close() {
    core.close();
    database.close();
  }
}

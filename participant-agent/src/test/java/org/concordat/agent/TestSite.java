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
import org.concordat.agent.approval.ApprovalCheck;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.Request;
import org.concordat.agent.approval.Requests;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.GrpcFetcher;
import org.concordat.agent.session.GrpcLink;
import org.concordat.agent.session.Link;
import org.concordat.agent.train.Trainer;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.agent.upload.GrpcUploader;
import org.concordat.agent.upload.Uploader;
import org.concordat.secureagg.member.Member;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;

/** One member's agent, wired as {@link Agent} does it, on a connection without TLS. */
final class TestSite implements AutoCloseable {
  private static final long PATIENCE_NANOS = 30_000_000_000L;

  final Desk desk;
  final Threads threads = Threads.start();
  private final AgentConfig config;
  private final Database database;
  private final Link link;
  private final Worker worker;
  private final AgentStatus status;

  /** Wires all; nothing runs before {@link #start}. */
  TestSite(Founded alliance, AgentConfig config, FakeCoordinator coordinator, Clock clock)
      throws IOException {
    this.config = config;
    DataSets dataSets = DataSets.load(config.dataSets(), config.dataRoot());
    database = Database.open(StoreLocation.sqlite(config.home().resolve("state")));
    Entries entries = new SqlEntries(database);
    Blobs blobs = new Blobs(config.home().resolve("state").resolve("blobs"));
    Rosters rosters = new Rosters(alliance.genesis, entries);
    SiteNotary notary = alliance.notary(config.name(), rosters);
    ManagedChannel channel = coordinator.channel();
    SitePolicy policy =
        new SitePolicy(alliance.genesis, rosters, config.name(), config.coordinatorName(), clock);
    status = new AgentStatus(config.home(), config.name(), clock);
    Fetcher fetcher = new GrpcFetcher(channel);
    TrainerLaunch launch = TrainerLaunch.of(config);
    worker =
        new Worker(
            dataSets,
            (spec, data) -> Trainer.start(launch, spec, data, config.trainer().startLimit()),
            fetcher,
            new SpotCheck(fetcher, notary, policy, 0, new SecureRandom()));
    link = new GrpcLink(channel, clock);
    Uploader uploader = new GrpcUploader(channel, config.limits().partBytes());
    desk =
        new Desk(
            config,
            "test",
            clock,
            new FirstStoreMark(config.home(), entries),
            rosters,
            notary,
            new MemberSteps(
                durable -> Member.restore(config.name(), notary, new SecureRandom(), durable),
                entries,
                blobs,
                point -> {}),
            new SiteJobs(entries),
            policy,
            new Requests(
                entries,
                Inbox.open(config.home()),
                new ApprovalCheck(notary, rosters, config.approval().approvers()),
                config.name(),
                clock),
            dataSets,
            status,
            alliance.genesis.policyDigest().bytes(),
            threads,
            link,
            self -> new Errands(self, threads, worker, uploader, blobs, point -> {}));
  }

  TestSite start() {
    desk.start();
    return this;
  }

  JsonNode status() throws IOException {
    return new ObjectMapper().readTree(Files.readAllBytes(config.home().resolve(AgentStatus.FILE)));
  }

  JsonNode awaitStatus(Predicate<JsonNode> what) throws Exception {
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
  Request await(String job, Predicate<Request> what) throws InterruptedException {
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
    link.close();
    threads.stop();
    worker.close();
    threads.close();
    database.close();
  }
}

package org.concordat.agent.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.Founded;
import org.concordat.agent.NoLink;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.job.DataUse;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.job.SiteJobs.SiteJob;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.train.LocalTrainer;
import org.concordat.agent.train.Trained;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.upload.Uploader;
import org.concordat.agent.work.Threads;
import org.concordat.learning.ModelState;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.step.Action.Upload;
import org.concordat.store.Blobs;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.concordat.testkit.Await;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is under way when a consent is taken back: an upload is broken off, a trainer killed. */
@Timeout(120)
class WithdrawnTest {
  private static final String SITE = "zurich";

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private final Threads threads = Threads.start();
  private final AtomicInteger tries = new AtomicInteger();
  private Database database;
  private Blobs blobs;
  private SiteJobs jobs;
  private SiteJob job;
  private DataUse use;
  private DataSets dataSets;
  private Uploading uploading;

  /** A line that takes for ever, until the upload is not wanted any more. */
  private final class SlowLine implements Uploader {
    @Override
    public boolean send(
        byte[] content, byte[] sealed, Digest roster, CompletableFuture<Void> unwanted) {
      tries.incrementAndGet();
      unwanted.join();
      return false;
    }
  }

  /** Counts; never asked to work here. */
  private static final class IdleTrainer implements LocalTrainer {
    private volatile boolean killed;
    private volatile boolean closed;

    @Override
    public Trained work(long round, ModelState from, boolean train, Duration limit) {
      throw new AssertionError("no work was given");
    }

    @Override
    public boolean isAlive() {
      return !killed && !closed;
    }

    @Override
    public void kill() {
      killed = true;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @BeforeEach
  void consented() {
    Founded alliance = new Founded(root, Founded.OPEN, clock);
    AgentConfig config = alliance.config(SITE, 1, "approval: {purposes: [medical-research]}\n");
    dataSets = DataSets.load(config.dataSets(), config.dataRoot());
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    Entries entries = new SqlEntries(database);
    blobs = new Blobs(root.resolve("blobs"));
    jobs = new SiteJobs(entries);
    byte[] spec = alliance.seal("operator", "job.spec", Founded.job("job").build().toByteArray());
    job = SiteJobs.parse(spec);
    jobs.consented(
        spec, job, new byte[] {1}, dataSets.find("toy").orElseThrow(), Founded.MEMBERS, "");
    use = jobs.use("job").orElseThrow();
    Reports reports =
        new Reports(new AgentStatus(alliance.home(SITE), SITE, clock), new NoLink(), clock);
    DurableMember member =
        new DurableMember(
            durable ->
                Member.restore(
                    SITE,
                    alliance.notary(SITE, new Rosters(alliance.genesis, entries)),
                    new SecureRandom(),
                    durable),
            entries,
            blobs,
            point -> {});
    SiteStore store = new SiteStore(member, reports);
    store.compared(true);
    uploading = new Uploading(store, jobs, new SlowLine(), blobs, threads, reports);
  }

  @AfterEach
  void close() {
    threads.close();
    database.close();
  }

  private Upload upload(String task) {
    blobs.putNamed(DurableMember.blobName(task), new byte[100]);
    return new Upload(
        "job",
        Digest.sha256(task.getBytes(StandardCharsets.UTF_8)),
        task,
        Bytes.of(new byte[] {1}),
        Digest.NONE);
  }

  private void withdraw() {
    jobs.withdraw(job, "zurich took it back", new byte[] {2});
    uploading.withdrawn("job");
  }

  /** After everything that is due within a second, and on the upload thread. */
  private void settle() throws InterruptedException {
    CountDownLatch settled = new CountDownLatch(1);
    threads.postAfter(
        Duration.ofSeconds(1),
        () -> threads.upload("last", () -> true, done -> settled.countDown(), failed -> {}));
    assertThat(settled.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anUploadIsBrokenOffAndNotTriedAgainNorBegun() throws Exception {
    threads.post(() -> uploading.send(upload("one")));
    threads.post(() -> uploading.send(upload("waits behind it")));
    Await.until(() -> tries.get() == 1);
    threads.post(this::withdraw);
    Await.until(() -> tries.get() == 2); // it is unwanted before it begins: the line looks
    threads.post(() -> uploading.send(upload("one")));
    threads.post(() -> uploading.send(upload("another")));
    settle();
    assertThat(tries).hasValue(2);
  }

  @Test
  void aTrainerIsKilledAndNoneIsStartedAgain() throws Exception {
    IdleTrainer trainer = new IdleTrainer();
    LocalModel model = model((spec, data) -> trainer);
    model.prepare(job, use);
    model.withdrawn("another");
    assertThat(trainer.killed).isFalse();
    model.withdrawn("job");
    assertThat(trainer.killed).isTrue();
    model.close();
    assertThatThrownBy(() -> model.prepare(job, use))
        .isInstanceOf(TrainerFailedException.class)
        .hasMessageContaining("the consent was taken back");
  }

  @Test
  void aTrainerThatIsJustStartedIsEndedToo() {
    IdleTrainer trainer = new IdleTrainer();
    LocalModel[] model = new LocalModel[1];
    model[0] =
        model(
            (spec, data) -> {
              model[0].withdrawn("job");
              return trainer;
            });
    assertThatThrownBy(() -> model[0].prepare(job, use)).isInstanceOf(TrainerFailedException.class);
    assertThat(trainer.closed).isTrue();
  }

  @SuppressWarnings("NullAway") // nothing is fetched here
  private LocalModel model(LocalTrainer.Starter starter) {
    return new LocalModel(dataSets, starter, null, null);
  }
}

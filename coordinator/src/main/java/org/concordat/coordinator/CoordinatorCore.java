package org.concordat.coordinator;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.Sessions;
import org.concordat.coordinator.directory.Traffic;
import org.concordat.coordinator.epoch.Proofs;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.evidence.EvidenceCalls;
import org.concordat.coordinator.intake.Downloads;
import org.concordat.coordinator.intake.GatewayService;
import org.concordat.coordinator.intake.LastStatements;
import org.concordat.coordinator.intake.Uploads;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.CohortPlan;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.operations.Exports;
import org.concordat.coordinator.operations.OperationsService;
import org.concordat.coordinator.operations.Watchers;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.concordat.store.EventStore;
import org.concordat.store.Outbox;

/**
 * Everything of a coordinator that decides: what is between its two services and the ports to
 * clock, threads, disk and log. {@link Coordinator} gives it those of a process and a server, the
 * simulation virtual ones.
 */
public final class CoordinatorCore {
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration FLUSH = Duration.ofSeconds(5);
  private static final long SESSION_BACKLOG_BYTES = 64L << 20;

  /**
   * What a core works with.
   *
   * @param traffic {@link Traffic#HONEST} but in tests of a coordinator that lies
   * @param crashPoint see {@link org.concordat.coordinator.round.RoundEngine}
   */
  public record Ports(
      Clock clock,
      Mailbox mailbox,
      Entries entries,
      EventStore events,
      Outbox outbox,
      Blobs blobs,
      AuditTrail audit,
      Traffic traffic,
      Consumer<String> crashPoint) {}

  private final Ports ports;
  private final Directory directory;
  private final Conductor conductor;
  private final GatewayService gateway;
  private final OperationsService operations;

  /** Restores what is stored; nothing runs before {@link #resume}. */
  public CoordinatorCore(CoordinatorConfig config, String software, Site site, Ports ports) {
    this.ports = ports;
    Clock clock = ports.clock();
    Mailbox mailbox = ports.mailbox();
    Entries entries = ports.entries();
    Blobs blobs = ports.blobs();
    AuditTrail audit = ports.audit();
    Traffic traffic = ports.traffic();
    this.directory = new Directory(site.genesis(), entries, clock);
    Sessions sessions = new Sessions(SESSION_BACKLOG_BYTES, clock, traffic);
    EnvelopeNotary notary =
        new EnvelopeNotary(
            new Envelopes(
                site.genesis().roster().alliance().value(),
                config.name(),
                site.keys()::sign,
                directory,
                clock.millis() * 1000),
            directory::chain);
    traffic.attached(
        notary, (member, message) -> mailbox.post(() -> sessions.deliver(member, message)));
    ModelRegistry models = new ModelRegistry(entries, blobs);
    JobBook book = new JobBook(entries);
    Uploads uploads = new Uploads(blobs);
    AlliancePolicy policy = new AlliancePolicy(directory, config.name(), audit, clock);
    Jobs jobs =
        new Jobs(
            book,
            directory,
            sessions,
            notary,
            policy,
            audit,
            models,
            blobs,
            clock,
            new CohortPlan(directory, config.name(), config.cohortSize(), config.drawColluders()),
            config.consentWait());
    LastStatements statements = new LastStatements(entries, notary);
    Downloads downloads = new Downloads();
    Watchers watchers = new Watchers();
    Desk desk = new Desk(config, software, directory, sessions, audit, mailbox, clock);
    RoundSummaries summaries = new RoundSummaries(entries);
    Evidence evidence =
        new Evidence(entries, blobs, uploads, book, policy, config.keepEvidenceRounds());
    EvidenceCalls evidenceCalls =
        new EvidenceCalls(mailbox, evidence, new Proofs(entries, notary), config.limits());
    this.operations =
        new OperationsService(
            mailbox, desk, book, jobs, models, directory, watchers, evidenceCalls);
    this.conductor =
        new Conductor(
            new Parts(
                config,
                directory,
                sessions,
                book,
                jobs,
                summaries,
                new RoundWork(uploads, blobs, config.workers()),
                uploads,
                evidence,
                models,
                policy,
                audit,
                notary,
                entries,
                statements,
                downloads,
                ports.events(),
                ports.outbox(),
                mailbox,
                clock,
                operations::changed,
                ports.crashPoint()));
    desk.serve(conductor, summaries, new Exports(book, summaries, policy, audit));
    this.gateway =
        new GatewayService(
            conductor,
            mailbox,
            notary,
            uploads,
            blobs,
            evidenceCalls,
            config.limits(),
            site.genesis().digest().bytes(),
            software,
            clock,
            traffic,
            statements,
            downloads);
  }

  /** Takes up everything where the store left it. On the mailbox thread. */
  public void resume() {
    conductor.resume();
  }

  /** What time brings, from now on. */
  public void tick() {
    ports.mailbox().every(TICK, conductor::tick);
    ports.mailbox().every(FLUSH, ports.audit()::flush);
  }

  /** What agents call. */
  public GatewayService gateway() {
    return gateway;
  }

  /** What operators and auditors call. */
  public OperationsService operations() {
    return operations;
  }

  public Directory directory() {
    return directory;
  }
}

package org.concordat.coordinator;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.SignatureCheck;
import org.concordat.coordinator.access.Farewell;
import org.concordat.coordinator.access.PersonKeys;
import org.concordat.coordinator.access.SignIn;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.calls.EvidenceCalls;
import org.concordat.coordinator.carried.BundleExport;
import org.concordat.coordinator.carried.BundleImport;
import org.concordat.coordinator.carried.CarriedCalls;
import org.concordat.coordinator.carried.CarriedSessions;
import org.concordat.coordinator.carried.Numbers;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MemberFacts;
import org.concordat.coordinator.directory.MembersNotary;
import org.concordat.coordinator.effect.Releases;
import org.concordat.coordinator.effect.RoundEffects;
import org.concordat.coordinator.effect.RoundEnd;
import org.concordat.coordinator.effect.RoundFiles;
import org.concordat.coordinator.effect.RoundPost;
import org.concordat.coordinator.effect.Sums;
import org.concordat.coordinator.epoch.DrawKeeper;
import org.concordat.coordinator.epoch.EpochLog;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.epoch.EpochsBefore;
import org.concordat.coordinator.epoch.Proofs;
import org.concordat.coordinator.epoch.SetUp;
import org.concordat.coordinator.epoch.StoreRelay;
import org.concordat.coordinator.evidence.Evidence;
import org.concordat.coordinator.evidence.Retention;
import org.concordat.coordinator.gateway.AgentMessages;
import org.concordat.coordinator.gateway.AllianceMessages;
import org.concordat.coordinator.gateway.Arrivals;
import org.concordat.coordinator.gateway.CatchUp;
import org.concordat.coordinator.gateway.DownloadCalls;
import org.concordat.coordinator.gateway.GatewayService;
import org.concordat.coordinator.gateway.RoundMessages;
import org.concordat.coordinator.gateway.SealedRouting;
import org.concordat.coordinator.gateway.SessionCalls;
import org.concordat.coordinator.gateway.Unhandled;
import org.concordat.coordinator.gateway.UploadCalls;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.coordinator.job.CohortPlan;
import org.concordat.coordinator.job.ConsentCheck;
import org.concordat.coordinator.job.Consenting;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.job.JobStart;
import org.concordat.coordinator.job.Jobs;
import org.concordat.coordinator.job.Publication;
import org.concordat.coordinator.job.Submissions;
import org.concordat.coordinator.mailbox.Mailbox;
import org.concordat.coordinator.model.ModelRegistry;
import org.concordat.coordinator.operations.AuditCalls;
import org.concordat.coordinator.operations.Exports;
import org.concordat.coordinator.operations.FactCalls;
import org.concordat.coordinator.operations.Forgetting;
import org.concordat.coordinator.operations.JobCalls;
import org.concordat.coordinator.operations.MemberCalls;
import org.concordat.coordinator.operations.Membership;
import org.concordat.coordinator.operations.ModelCalls;
import org.concordat.coordinator.operations.OperationsService;
import org.concordat.coordinator.operations.StatusReport;
import org.concordat.coordinator.region.PartialDesk;
import org.concordat.coordinator.region.RegionCalls;
import org.concordat.coordinator.region.RegionPost;
import org.concordat.coordinator.region.RegionSessions;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.RoundSummaries;
import org.concordat.coordinator.round.RoundWork;
import org.concordat.coordinator.round.StreamId;
import org.concordat.coordinator.schedule.AttemptOpener;
import org.concordat.coordinator.schedule.Checkpoints;
import org.concordat.coordinator.schedule.CohortChoice;
import org.concordat.coordinator.schedule.CohortRounds;
import org.concordat.coordinator.schedule.PastRounds;
import org.concordat.coordinator.schedule.RoundScheduler;
import org.concordat.coordinator.schedule.RoundTime;
import org.concordat.coordinator.schedule.Waits;
import org.concordat.coordinator.session.Downloads;
import org.concordat.coordinator.session.LastStatements;
import org.concordat.coordinator.session.Sessions;
import org.concordat.coordinator.session.Traffic;
import org.concordat.coordinator.upload.Uploads;
import org.concordat.coordinator.witness.Witnesses;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.Limit;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.message.StoreAnswer;
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

  /** Notes are in the log within a second, or sooner with an entry that cannot wait. */
  private static final int SETTLE_TICKS = 8;

  /** Where everything is kept. */
  public record Disk(Entries entries, EventStore events, Outbox outbox, Blobs blobs) {}

  /**
   * What a core works with.
   *
   * @param traffic {@link Traffic#HONEST} but in tests of a coordinator that lies
   * @param signatures how signatures on envelopes are checked
   * @param crashPoint see {@link org.concordat.coordinator.round.RoundEngine}
   */
  public record Ports(
      Clock clock,
      Mailbox mailbox,
      Disk disk,
      AuditTrail audit,
      Traffic traffic,
      SignatureCheck signatures,
      Consumer<String> crashPoint) {}

  private final Ports ports;
  private final Mailbox mailbox;
  private final Directory directory;
  private final Sessions sessions;
  private final LastStatements statements;
  private final JobBook book;
  private final Consenting consenting;
  private final EpochLog log;
  private final Epochs epochs;
  private final DrawKeeper draws;
  private final StoreRelay stores;
  private final RoundEngine engine;
  private final CohortRounds cohorts;
  private final RoundScheduler scheduler;
  private final RoundTime time;
  private final PastRounds past;
  private final Evidence evidence;
  private final Retention retention;
  private final Sums sums;
  private final RoundPost post;
  private final Witnesses witnesses;
  private final Membership membership;
  private final GatewayService gateway;
  private final RegionPost regionPost;
  private final RegionCalls regions;
  private final PersonKeys personKeys;
  private final Forgetting forgetting;
  private final Numbers carriedNumbers;
  private final CarriedSessions carried;
  private final JobCalls jobCalls;
  private final MemberCalls memberCalls;
  private final OperationsService operations;
  private long ticks;

  /** Restores what is stored; nothing runs before {@link #resume}. */
  public CoordinatorCore(CoordinatorConfig config, String software, Site site, Ports ports) {
    this.ports = ports;
    this.mailbox = ports.mailbox();
    Clock clock = ports.clock();
    Entries entries = ports.disk().entries();
    Blobs blobs = ports.disk().blobs();
    AuditTrail audit = ports.audit();
    Traffic traffic = ports.traffic();

    // who is in the alliance, who is here, and how they sign
    directory =
        new Directory(
            site.genesis(), entries, new DocumentFiles(config.home()), clock, ports.signatures());
    sessions = new Sessions(SESSION_BACKLOG_BYTES, clock, traffic);
    EnvelopeNotary record =
        new EnvelopeNotary(
            envelopes(config.name(), site, directory.ofRecord(), clock), directory::chain);
    Notary notary =
        new MembersNotary(
            directory,
            record,
            new EnvelopeNotary(envelopes(config.name(), site, directory, clock), directory::chain));
    traffic.attached(
        notary, (member, message) -> mailbox.post(() -> sessions.deliver(member, message)));
    statements = new LastStatements(entries, notary);
    Downloads downloads = new Downloads();

    // jobs, and what the policy says of them
    MemberFacts stated = new MemberFacts(directory, notary, entries, clock);
    AlliancePolicy policy = new AlliancePolicy(directory, stated, config.name(), audit, clock);
    ModelRegistry models = new ModelRegistry(entries, blobs);
    Publication publication = new Publication(models, audit, policy, directory, software);
    book = new JobBook(entries);
    Jobs jobs = new Jobs(book, sessions, audit, clock, config.name());
    CohortPlan plan =
        new CohortPlan(directory, config.name(), config.cohortSize(), config.drawColluders());
    consenting =
        new Consenting(
            book,
            directory,
            sessions,
            new ConsentCheck(notary, directory, policy, plan, audit),
            new JobStart(book, jobs, plan, publication, blobs, clock),
            clock,
            config.consentWait());

    // epochs
    Proofs proofs = new Proofs(entries, record);
    log = new EpochLog(audit, clock, this::advanceSoon);
    EpochsBefore.takeUp(entries, audit);
    epochs = new Epochs(entries, sessions, record, clock, config.epochWait(), log);
    draws = new DrawKeeper(entries, sessions, record, clock, config.drawWait(), log);
    stores =
        new StoreRelay(
            sessions,
            entries,
            notary,
            clock,
            () ->
                directory.roster().agents().stream()
                    .map(one -> one.id().value())
                    .filter(directory::isMember)
                    .toList(),
            this::wasPossible);

    // rounds: what they do, when they are opened, what comes of them
    engine =
        new RoundEngine(
            ports.disk().events(),
            ports.disk().outbox(),
            epochs::find,
            record,
            clock,
            ports.crashPoint());
    Checkpoints checkpoints = new Checkpoints(entries, sessions, notary);
    cohorts = new CohortRounds(engine, entries, checkpoints);
    RoundSummaries summaries = new RoundSummaries(entries, engine);
    Waits waits = new Waits(clock, this::changed);
    scheduler =
        new RoundScheduler(
            book,
            jobs,
            engine,
            new CohortChoice(book, plan, engine, epochs, draws, cohorts),
            new AttemptOpener(jobs, plan, policy, engine, epochs, waits),
            waits,
            this::changed);
    past = new PastRounds(engine, epochs, book);
    RegionSessions regionSessions =
        new RegionSessions(SESSION_BACKLOG_BYTES, clock, config.dropGrace());
    time =
        new RoundTime(
            engine,
            book,
            sessions,
            epochs,
            directory::goneSince,
            regionSessions::isGone,
            clock,
            config.dropGrace(),
            config.stallTimeout());
    Uploads uploads = new Uploads(blobs);
    evidence = new Evidence(entries, blobs, uploads, book, policy, config.keepEvidenceRounds());
    retention = new Retention(evidence, policy, audit, config.name(), clock);
    Releases releases =
        new Releases(evidence, checkpoints, cohorts, publication, jobs, policy, audit, clock);
    RoundWork work = new RoundWork(uploads, blobs, config.workers());
    sums = new Sums(engine, work, cohorts, book, evidence, releases, mailbox, clock);
    post = new RoundPost(engine, sessions, downloads);
    engine.attach(
        new RoundEffects(
            engine,
            post,
            new RoundFiles(sums, uploads, evidence),
            new RoundEnd(engine, summaries, past, book, jobs, cohorts, releases),
            epochs,
            audit,
            this::advanceSoon),
        this::changed);

    // what agents send, and what operators and auditors ask
    SetUp setUp = new SetUp(stores, draws, epochs);
    EvidenceCalls evidenceCalls =
        new EvidenceCalls(mailbox, evidence, proofs, config.limits().wire());
    CatchUp catchUp = new CatchUp(directory, sessions, setUp, book, jobs, checkpoints, post);
    witnesses = new Witnesses(audit, directory, sessions, clock, config.witnessInterval());
    RoundMessages rounds = new RoundMessages(engine, epochs, log, book, policy, catchUp, mailbox);
    membership =
        new Membership(
            directory, sessions, audit, config.name(), () -> mailbox.post(this::tickNow));
    FactCalls facts = new FactCalls(stated, directory, sessions, audit, clock);
    AllianceMessages alliance = new AllianceMessages(membership, facts, witnesses);
    AgentMessages messages =
        new AgentMessages(
            new Arrivals(
                sessions, rounds, catchUp, alliance, config.clockTolerance(), this::changed),
            new SealedRouting(
                notary, statements, log, setUp, consenting, rounds, scheduler::advance),
            consenting,
            rounds,
            alliance);
    SessionCalls sessionCalls =
        new SessionCalls(
            messages,
            mailbox,
            statements,
            new Unhandled(
                config.limits().get(Limit.SESSION_WAITING_BYTES),
                config.limits().get(Limit.SESSIONS_PER_MEMBER)),
            new SessionCalls.Greeting(
                ByteString.copyFrom(site.genesis().digest().bytes()), software),
            clock,
            traffic);
    UploadCalls uploadCalls =
        new UploadCalls(
            new PartialDesk(engine, notary, log, messages),
            mailbox,
            notary,
            uploads,
            statements,
            config.limits().wire());
    regionPost =
        new RegionPost(regionSessions, directory, engine, epochs, evidence::partialSumsKept);
    regions =
        new RegionCalls(
            mailbox,
            regionSessions,
            regionPost,
            new RegionCalls.Intake(notary, rounds, statements, log),
            ByteString.copyFrom(site.genesis().digest().bytes()),
            software);
    carriedNumbers = new Numbers(entries);
    carried =
        new CarriedSessions(
            new CarriedSessions.Line(sessionCalls::open, uploadCalls::receive, uploadCalls::state),
            mailbox);
    byte[] genesisDigest = site.genesis().digest().bytes();
    CarriedCalls carriedCalls =
        new CarriedCalls(
            new BundleImport(
                carriedNumbers,
                notary,
                carried,
                new BundleImport.Ends(
                    site.genesis().alliance().value(), config.name(), genesisDigest)),
            new BundleExport(
                carriedNumbers, notary, carried, downloads, blobs, genesisDigest, clock),
            config.home().resolve("bundles"),
            config.limits().get(Limit.BUNDLE_BYTES),
            config.limits().wire().partBytes());
    carriedCalls.sweep();
    gateway =
        new GatewayService(
            sessionCalls,
            uploadCalls,
            new DownloadCalls(blobs, downloads, config.limits().wire().partBytes()),
            evidenceCalls);
    personKeys =
        new PersonKeys(
            entries,
            config.signIn().map(SignIn::peoplePerMember).orElse(SignIn.USUAL_PEOPLE_PER_MEMBER));
    forgetting = new Forgetting(personKeys, audit);
    jobCalls =
        new JobCalls(
            mailbox,
            book,
            new Submissions(book, jobs, directory, notary, policy, audit, plan),
            consenting,
            scheduler,
            summaries);
    memberCalls = new MemberCalls(mailbox, directory, membership, facts);
    operations =
        new OperationsService(
            jobCalls,
            new ModelCalls(mailbox, models, new Exports(book, summaries, policy, audit)),
            memberCalls,
            new AuditCalls(mailbox, audit, forgetting),
            evidenceCalls,
            carriedCalls,
            new StatusReport(
                directory,
                sessions,
                epochs,
                audit,
                mailbox,
                clock,
                new StatusReport.Program(
                    software, config.store().isPostgres() ? "postgresql" : "sqlite")));
  }

  private static Envelopes envelopes(String name, Site site, Envelopes.Verifier keys, Clock clock) {
    return new Envelopes(
        site.genesis().roster().alliance().value(),
        name,
        site.keys()::sign,
        keys,
        clock.millis() * 1000);
  }

  private void changed(String job) {
    regionPost.look();
    jobCalls.changed(job);
  }

  private void advanceSoon() {
    mailbox.post(() -> scheduler.advanceAll());
  }

  private void advanceSoon(String job) {
    mailbox.post(() -> scheduler.advance(job));
  }

  /** Whether an answer about a lost store says nothing of what never was. */
  private boolean wasPossible(StoreAnswer answer) {
    return answer.epoch() <= epochs.highest()
        && answer.draws() <= draws.begun(answer.rosterDigest())
        && answer.rounds().stream()
            .allMatch(
                last ->
                    book.find(last.job())
                        .filter(job -> last.round() <= job.record().getRoundsCommitted())
                        .isPresent());
  }

  /** Takes up everything where the store left it. On the mailbox thread. */
  public void resume() {
    membership.resume();
    forgetting.resume();
    draws.resume(new Digest(directory.chain().latestDigest().bytes()));
    epochs.lies().forEach(log::proven); // a crash may have come between the proof and its entry
    book.all().stream().filter(Job::running).forEach(this::loadRounds);
    evidence.sweep(
        cohorts.sumsInUse(),
        engine.open().values().stream()
            .map(round -> round.task().digest())
            .collect(Collectors.toSet()),
        past::isPast);
    engine.drain();
    past.resume();
    scheduler.advanceAll();
    carriedNumbers.opened().forEach(carried::takeUp);
  }

  private void loadRounds(Job job) {
    long index = job.record().getRoundsCommitted();
    StreamId stream = StreamId.of(job.id(), index);
    if (engine.exists(stream)) {
      engine.load(stream);
    }
    cohorts.begun(job.id(), index).stream()
        .flatMap(round -> cohorts.all(job.id(), round).stream())
        .filter(round -> !round.closed())
        .forEach(round -> engine.load(round.stream()));
  }

  /** What time brings, from now on. */
  public void tick() {
    mailbox.every(TICK, this::tickNow);
    mailbox.every(FLUSH, ports.audit()::flush);
  }

  private void tickNow() {
    if (++ticks % SETTLE_TICKS == 0 || mailbox.troubled()) {
      engine.settle();
      past.erase();
      retention.tick();
      statements.flush();
      log.flush();
      witnesses.tick();
      stores.tick();
      regionPost.look();
      regionPost.lookAtKept();
    }
    draws.tick();
    epochs.tick();
    sessions.closeWhere(session -> directory.gone(session.member(), session.memberCa()));
    consenting.tick().forEach(job -> scheduler.advance(job.id()));
    time.tick();
    sums.tick();
    scheduler.advanceAll();
    if (mailbox.takeTrouble()) {
      post.tellAll(); // what members sent meanwhile was not taken
      membership.tellExits();
    }
  }

  /** What agents call. */
  public GatewayService gateway() {
    return gateway;
  }

  /** What regional aggregators call. */
  public RegionCalls regions() {
    return regions;
  }

  /** What operators and auditors call. */
  public OperationsService operations() {
    return operations;
  }

  /** What is answered to those that are no members any more. */
  Farewell.LastCalls lastCalls() {
    return memberCalls;
  }

  public Directory directory() {
    return directory;
  }

  /** Who comes and who goes. */
  Membership membership() {
    return membership;
  }

  /** Under which people are named in the log. */
  public PersonKeys personKeys() {
    return personKeys;
  }

  /** What everything is stored in. */
  public Entries entries() {
    return ports.disk().entries();
  }

  /** The purpose of a job; empty where there is none of that name. Waits for the mailbox. */
  public String purposeOf(String job) {
    return mailbox
        .ask(() -> book.find(job).map(found -> found.spec().getPurpose()).orElse(""))
        .join();
  }
}

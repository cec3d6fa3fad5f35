package org.concordat.agent;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.concordat.agent.approval.AnswerForm;
import org.concordat.agent.approval.ApprovalCheck;
import org.concordat.agent.approval.Approvals;
import org.concordat.agent.approval.Consents;
import org.concordat.agent.approval.Inbox;
import org.concordat.agent.approval.JobAnswers;
import org.concordat.agent.approval.Requests;
import org.concordat.agent.approval.Withdrawals;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.inbound.AgentSession;
import org.concordat.agent.inbound.AllianceMessages;
import org.concordat.agent.inbound.CrlMessages;
import org.concordat.agent.inbound.Departures;
import org.concordat.agent.inbound.MessageRouter;
import org.concordat.agent.inbound.RosterMessages;
import org.concordat.agent.inbound.StoreRecovery;
import org.concordat.agent.job.JobPolicy;
import org.concordat.agent.job.SiteJobs;
import org.concordat.agent.policy.SiteFacts;
import org.concordat.agent.policy.SitePolicies;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SiteRoutes;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.report.NoticeFile;
import org.concordat.agent.report.Reports;
import org.concordat.agent.round.Adopting;
import org.concordat.agent.round.DurableMember;
import org.concordat.agent.round.LocalModel;
import org.concordat.agent.round.Membership;
import org.concordat.agent.round.Notices;
import org.concordat.agent.round.ProtocolSteps;
import org.concordat.agent.round.SealedMessages;
import org.concordat.agent.round.SiteStore;
import org.concordat.agent.round.SpotCheck;
import org.concordat.agent.round.Training;
import org.concordat.agent.round.Uploading;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Link;
import org.concordat.agent.site.FirstStoreMark;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.RostersFile;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.agent.train.LocalTrainer;
import org.concordat.agent.upload.Uploader;
import org.concordat.agent.witness.LogWitness;
import org.concordat.agent.work.Threads;
import org.concordat.certs.DocumentFiles;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.member.Member;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything of an agent that decides: what is between its mailbox and the ports to clock, network,
 * disk and trainer. {@link Agent} gives it those of a process, the simulation virtual ones.
 */
public final class AgentCore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AgentCore.class);
  private static final Duration INBOX_LOOK = Duration.ofSeconds(1);
  private static final Duration FACTS_LOOK = Duration.ofSeconds(1);
  private static final Duration STATUS_LOOK = Duration.ofSeconds(1);
  private static final Duration WITNESS_LOOK = Duration.ofSeconds(5);

  /** To the coordinator. */
  public record Line(Link link, Fetcher fetcher, Uploader uploader) {}

  /** Where everything is kept. */
  public record Disk(Entries entries, Blobs blobs) {}

  /**
   * What a core works with.
   *
   * @param crashPoint told each point at which crash tests kill the process; does nothing otherwise
   */
  public record Ports(
      Clock clock,
      SecureRandom random,
      Threads threads,
      Line line,
      LocalTrainer.Starter trainers,
      Disk disk,
      Consumer<String> crashPoint) {}

  private final Threads threads;
  private final Link link;
  private final LocalModel model;
  private final AgentStatus status;
  private final CompletableFuture<String> ended;

  private AgentCore(
      Threads threads,
      Link link,
      LocalModel model,
      AgentStatus status,
      CompletableFuture<String> ended) {
    this.ended = ended;
    this.threads = threads;
    this.link = link;
    this.model = model;
    this.status = status;
  }

  /**
   * Restores what is stored, and opens the session in the background.
   *
   * @param software name and version, told to the coordinator
   * @param rosters over the same entries
   */
  public static AgentCore start(
      AgentConfig config,
      String software,
      Site site,
      Rosters rosters,
      DataSets dataSets,
      Ports ports) {
    Clock clock = ports.clock();
    Entries entries = ports.disk().entries();
    Threads threads = ports.threads();
    Link link = ports.line().link();

    // who this site is, and what is told of it
    EnvelopeNotary notary = notary(config, site, rosters, clock);
    AgentStatus status = new AgentStatus(config.home(), config.name(), clock);
    Reports reports = new Reports(status, link, clock);
    SiteFacts facts =
        new SiteFacts(config.name(), config.home(), rosters, notary, entries, clock, reports);
    SiteDocuments documents =
        new SiteDocuments(site.genesis(), rosters, new DocumentFiles(config.home()));
    SitePolicies policies = new SitePolicies(rosters, documents);
    SitePolicy sitePolicy =
        new SitePolicy(
            policies,
            new SiteRoutes(rosters, config.name(), config.carried()),
            facts,
            config.coordinatorName(),
            clock);
    SiteJobs jobs = new SiteJobs(entries);
    NoticeFile notices = new NoticeFile(config.home(), clock);
    JobPolicy policy = new JobPolicy(sitePolicy, dataSets, jobs, reports, notices);

    // its side of secure aggregation
    LocalModel model =
        new LocalModel(
            dataSets,
            ports.trainers(),
            ports.line().fetcher(),
            new SpotCheck(
                ports.line().fetcher(), notary, sitePolicy, config.spotCheck(), ports.random()));
    DurableMember member =
        new DurableMember(
            durable -> Member.restore(config.name(), notary, ports.random(), durable),
            entries,
            ports.disk().blobs(),
            ports.crashPoint());
    FirstStoreMark firstStore = new FirstStoreMark(config.home(), entries);
    SiteStore store = new SiteStore(member, reports);
    Uploading uploading =
        new Uploading(store, jobs, ports.line().uploader(), ports.disk().blobs(), threads, reports);
    ProtocolSteps steps = new ProtocolSteps(member, link, uploading, reports);
    Membership membership =
        new Membership(
            steps,
            store,
            firstStore,
            () -> rosters.alliance(config.coordinatorName(), config.approval().colluders()),
            () -> rosters.suspended(config.name()).isPresent(),
            link,
            reports);
    Training training =
        new Training(steps, jobs, policy, model, threads, reports, ports.crashPoint());
    Adopting adopting = new Adopting(steps, jobs, policy, model, threads, reports);
    steps.onNotice(new Notices(membership, training, adopting, reports)::handle);

    // its answers to jobs
    Inbox inbox = Inbox.open(config.home());
    ApprovalCheck check = new ApprovalCheck(notary, rosters, config.approval().approvers());
    Requests requests = new Requests(entries, inbox, check, config.name(), clock);
    Approvals approvals =
        new Approvals(
            config.approval(),
            config.trainer().maxMemoryMib(),
            sitePolicy,
            dataSets,
            jobs,
            member,
            firstStore);
    Consents consents =
        new Consents(
            new AnswerForm(notary, policies, reports),
            steps,
            jobs,
            link,
            reports,
            training,
            notices);
    JobAnswers answers =
        new JobAnswers(rosters, notary, jobs, approvals, requests, consents, reports);

    Withdrawals withdrawals = new Withdrawals(config.name(), inbox, check, jobs, consents, reports);

    // what comes in
    SealedMessages sealed =
        new SealedMessages(notary, steps, jobs, policy, reports, config.coordinatorName());
    CompletableFuture<String> ended = new CompletableFuture<>();
    Departures departures =
        new Departures(config.name(), rosters, site.keys(), link, reports, ended);
    LogWitness witness =
        new LogWitness(site, rosters, entries, link, reports, config.logWitnesses(), clock);
    MessageRouter router =
        new MessageRouter(
            membership,
            sealed,
            answers,
            training,
            new AllianceMessages(
                new RosterMessages(
                    rosters,
                    new RostersFile(config.home()),
                    documents,
                    departures,
                    membership,
                    reports),
                new CrlMessages(rosters, link, clock),
                facts,
                departures,
                witness));
    AgentSession session =
        new AgentSession(config.name(), software, clock, rosters, store, threads, router, reports);
    StoreRecovery recovery =
        new StoreRecovery(member, store, membership, threads, link, reports, config.home());

    threads.onFailure(failure -> threads.post(() -> recovery.failed(failure)));
    dataSets.warnings().forEach(warning -> LOG.warn("{}", warning));
    status.set(Map.of("state", "idle", "dataWarnings", dataSets.warnings()));
    threads.post(membership::begin);
    threads.post(withdrawals::look); // before there is a session
    threads.postEvery(INBOX_LOOK, answers::lookAtInbox);
    threads.postEvery(INBOX_LOOK, withdrawals::look);
    threads.postEvery(FACTS_LOOK, () -> facts.look(link::state));
    threads.postEvery(STATUS_LOOK, reports::flush);
    threads.postEvery(WITNESS_LOOK, () -> witness.look(status.isConnected()));
    threads.post(
        () -> {
          if (!departures.isOver()) {
            departures.tellSuspended();
            link.start(session);
          }
        });
    return new AgentCore(threads, link, model, status, ended);
  }

  /** What this site signs with, and opens what others signed. */
  static EnvelopeNotary notary(AgentConfig config, Site site, Rosters rosters, Clock clock) {
    return new EnvelopeNotary(
        new Envelopes(
            site.genesis().roster().alliance().value(),
            config.name(),
            site.keys()::sign,
            rosters,
            clock.millis() * 1000),
        rosters::latest,
        rosters::keysOf);
  }

  /** Whether the session with the coordinator is open. */
  boolean isConnected() {
    return status.isConnected();
  }

  /** Completed, with the reason, when this site is no member any more. */
  CompletableFuture<String> ended() {
    return ended;
  }

  /** Ends the session and the trainer; everything that was accepted is durable. */
  @Override
  public void close() {
    link.close();
    threads.stop();
    model.close();
    threads.close();
    status.set("connected", false);
    status.set("state", ended.isDone() ? "removed" : "stopped");
  }
}

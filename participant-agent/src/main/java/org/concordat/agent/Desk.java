package org.concordat.agent;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.concordat.agent.approval.Approvals;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.session.Link;
import org.concordat.certs.CertsException;
import org.concordat.certs.Role;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.JobTerms;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.member.Action.Send;
import org.concordat.secureagg.member.Action.Upload;
import org.concordat.secureagg.member.Notice;
import org.concordat.secureagg.member.Step;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Task;
import org.concordat.store.StoreTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the agent does with each message of its mailbox: everything that the coordinator sends, and
 * everything that {@link Errands} bring back, in order. Each step of secure aggregation is durable
 * before anything of it is sent.
 */
final class Desk implements Link.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
  private static final String SPEC_TYPE = "job.spec";
  private static final String CONSENT_TYPE = "job.consent";

  private static final Duration STORE_RETRY = Duration.ofSeconds(5);

  private final AgentConfig config;
  private final Rosters rosters;
  private final Notary notary;
  private final MemberSteps steps;
  private final SiteJobs jobs;
  private final SitePolicy policy;
  private final Approvals approvals;
  private final Map<String, DataSet> dataSets;
  private final AgentStatus status;
  private final byte[] policyDigest;
  private final Threads threads;
  private final Link link;
  private final Errands errands;
  private String lost = "";
  private boolean waitingForStore;

  Desk(
      AgentConfig config,
      Rosters rosters,
      Notary notary,
      MemberSteps steps,
      SiteJobs jobs,
      SitePolicy policy,
      Map<String, DataSet> dataSets,
      AgentStatus status,
      byte[] policyDigest,
      Threads threads,
      Link link,
      Function<Desk, Errands> errands) {
    this.config = config;
    this.rosters = rosters;
    this.notary = notary;
    this.steps = steps;
    this.jobs = jobs;
    this.policy = policy;
    this.approvals =
        new Approvals(policy, config.approval(), dataSets, config.trainer().maxMemoryMib(), jobs);
    this.dataSets = dataSets;
    this.status = status;
    this.policyDigest = policyDigest;
    this.threads = threads;
    this.link = link;
    this.errands = errands.apply(this);
    threads.onFailure(failure -> threads.post(() -> failed(failure)));
  }

  /** Pins the cohort of this site's own roster, and opens the session. */
  void start() {
    status.set("state", "idle");
    threads.post(this::pin);
    link.start(this);
  }

  private void pin() {
    // FIXME: only a store that `member init` has made is a first one
    attempt(member -> member.begin(Optional.of(Incarnation.draw(new SecureRandom()))));
    Alliance alliance = rosters.alliance(config.coordinatorName(), config.approval().colluders());
    attempt(member -> member.pin(alliance));
  }

  // --- the session

  @Override
  public void connected() {
    threads.post(
        () -> {
          if (!lost.isEmpty()) {
            LOG.warn("the session with the coordinator is open again");
          }
          lost = "";
          status.set("connected", true);
          status.set("lastError", "");
          say("idle", "", 0);
        });
  }

  @Override
  public void disconnected(String reason) {
    threads.post(
        () -> {
          if (!reason.equals(lost) && !waitingForStore) {
            LOG.warn("no session with the coordinator: {}. It is tried again and again", reason);
          }
          lost = reason;
          status.set("connected", false);
          status.set("lastError", reason);
        });
  }

  @Override
  public void received(SessionDown message) {
    threads.post(() -> handle(message));
  }

  private void handle(SessionDown message) {
    switch (message.getKindCase()) {
      case SEALED:
        handleSealed(message.getSealed().toByteArray());
        break;
      case ROSTER_CHAIN:
        handleRosters(message.getRosterChain().toByteArray());
        break;
      case JOB_PROPOSAL:
        answer(message.getJobProposal().getSealedSpec().toByteArray());
        break;
      case JOB_CLOSED:
        closeJob(message.getJobClosed().getJob(), message.getJobClosed().getState());
        break;
      default:
        LOG.warn("the coordinator sent a message of a kind this agent does not know");
    }
  }

  private void handleRosters(byte[] chain) {
    try {
      if (rosters.offer(chain)) {
        LOG.info("roster version {} is in force", rosters.latest().version());
        pin();
      }
    } catch (CertsException forged) {
      alarm("a roster chain was refused: " + forged.getMessage());
    }
  }

  private void handleSealed(byte[] sealed) {
    try {
      Notary.Opened opened = notary.open(sealed);
      if (opened.type().equals(Certificate.TYPE)
          && !mayReveal(Certificate.decode(opened.payload()))) {
        return;
      }
    } catch (BadEnvelopeException | IllegalArgumentException bad) {
      alarm("a message was not acted upon: " + bad.getMessage());
      return;
    }
    attempt(member -> member.handle(sealed));
  }

  /** Shares are revealed only for what this site's own policy lets be added up. */
  private boolean mayReveal(Certificate certificate) {
    Optional<SiteJob> job = jobs.find(certificate.ref().job());
    return job.isPresent()
        && allowed(Action.REVEAL, job.get())
        && allowed(Action.AGGREGATE, job.get());
  }

  // --- jobs

  private void answer(byte[] sealedSpec) {
    Digest plan = Digest.sha256(sealedSpec);
    Optional<byte[]> before = jobs.answer(plan);
    if (before.isPresent()) {
      link.send(before.get());
      return;
    }
    try {
      Notary.Opened opened = notary.open(sealedSpec);
      boolean operator =
          rosters
              .find(opened.sender())
              .map(entry -> entry.roles().contains(Role.OPERATOR))
              .orElse(false);
      if (!opened.type().equals(SPEC_TYPE) || !operator) {
        alarm(
            "a job that no operator signed was refused; it is signed by '" + opened.sender() + "'");
        return;
      }
    } catch (BadEnvelopeException bad) {
      alarm("a job was refused: " + bad.getMessage());
      return;
    }
    SiteJob job = SiteJobs.parse(sealedSpec);
    int members = members(job);
    Consent consent = approvals.answer(job.spec(), plan, policyDigest, members);
    told(consent);
    if (consent.getGranted() && !attempt(member -> member.admitJob(terms(job)))) {
      return;
    }
    byte[] answer = notary.seal(CONSENT_TYPE, 0, 0, consent.toByteArray());
    jobs.answered(sealedSpec, job, answer, consent.getGranted());
    link.send(answer);
  }

  private void told(Consent consent) {
    String what =
        "job '"
            + consent.getJob()
            + "' is "
            + (consent.getGranted() ? "consented to: " : "refused: ")
            + consent.getExplanation();
    status.set("lastAnswer", what);
    if (consent.getGranted()) {
      LOG.info("{}", what);
    } else {
      LOG.warn("{}", what);
    }
  }

  /** What this site's consent is to, by the signed job. */
  private JobTerms terms(SiteJob job) {
    SecureAggregationPlan plan = job.spec().getSecureAggregation();
    List<String> members =
        job.spec().getMembersCount() > 0
            ? job.spec().getMembersList()
            : rosters.latest().agents().stream().map(entry -> entry.id().value()).toList();
    return new JobTerms(
        job.spec().getJob(),
        new Digest(job.initial().stateDigest(job.planDigest().bytes())),
        job.spec().getRounds(),
        members.stream().sorted().distinct().toList(),
        plan.getColluders(),
        job.vectorLength(),
        plan.getQuantisationBits(),
        plan.getWireBits(),
        plan.getClipNormL2(),
        plan.getCoordinateBound(),
        plan.getMaxWeight());
  }

  private void closeJob(String id, String state) {
    if (jobs.find(id).isPresent()) {
      LOG.info("job {} is {}", id, state);
      attempt(member -> member.endJob(id));
      jobs.ended(id);
      errands.endTrainer();
      say("idle", "", 0);
    }
  }

  /** Whether a job that this site consented to has not ended. */
  boolean isOpen(String job) {
    return jobs.find(job).isPresent();
  }

  boolean allowed(Action action, SiteJob job) {
    DataSet data = dataSets.get(job.spec().getDataSet());
    if (data == null) {
      alarm("data set '" + job.spec().getDataSet() + "' is no longer configured");
      return false;
    }
    int members = members(job);
    Decision decision =
        policy.decide(action, job.spec(), data.dataClass(), data.subjectRegions(), members);
    if (!decision.allowed()) {
      alarm(
          "ALARM: the coordinator asks for what this site's policy denies. "
              + SitePolicy.denial(decision));
    }
    return decision.allowed();
  }

  /** How many are in one sum, at most: of this site's own cohort once that is drawn. */
  private int members(SiteJob job) {
    int asked =
        job.spec().getMembersCount() == 0
            ? rosters.latest().agents().size()
            : job.spec().getMembersCount();
    return Math.min(asked, steps.ownCohort().orElse(asked));
  }

  // --- steps of secure aggregation

  /** Applies an input; false where it was refused. (1) durable, (2) sent, (3) acted upon. */
  boolean attempt(MemberSteps.Input input) {
    Step step;
    try {
      step = steps.take(input);
    } catch (Refusal refusal) {
      refused(refusal);
      return false;
    }
    for (var action : step.actions()) {
      if (action instanceof Send send) {
        link.send(send.sealed().toArray());
      } else if (action instanceof Upload upload) {
        errands.upload(upload);
      }
    }
    step.notices().forEach(this::notice);
    return true;
  }

  private void refused(Refusal refusal) {
    if (refusal.reason() == Refusal.Reason.JOB_UNKNOWN) {
      LOG.info("{}", refusal.getMessage()); // what was on its way when a job ended
    } else {
      alarm(String.valueOf(refusal.getMessage()));
    }
  }

  private void notice(Notice notice) {
    if (notice instanceof Notice.TaskAccepted accepted) {
      errands.train(accepted.task(), jobs.find(accepted.task().job()));
    } else if (notice instanceof Notice.ResultReady ready) {
      Task task = ready.task();
      Optional<SiteJob> job = jobs.find(task.job());
      Optional<Cohort> cohort = steps.member().cohort(task.epoch());
      if (job.isPresent() && cohort.isPresent()) {
        errands.adopt(ready, job.get(), cohort.get());
      }
    } else if (notice instanceof Notice.EpochReady epoch) {
      status.set("epoch", epoch.epoch());
    } else if (notice instanceof Notice.CohortDrawn drawn) {
      LOG.info("{}", drawn.describe());
      status.set("cohort", drawn.describe());
    } else if (notice instanceof Notice.StateOverridden
        || notice instanceof Notice.Complained
        || notice instanceof Notice.Judged) {
      alarm("ALARM: " + notice);
    } else {
      LOG.debug("{}", notice);
    }
  }

  // --- a store that cannot be written

  /**
   * What a message threw. Where the store could not be written, nothing of that message was sent:
   * the session is ended, and opened again once the store can be written; the coordinator then
   * tells again whatever it waits for.
   */
  private void failed(RuntimeException failure) {
    if (!StoreTrouble.is(failure)) {
      LOG.error("a message failed: {}", failure.getMessage(), failure);
      return;
    }
    if (!waitingForStore) {
      waitingForStore = true;
      alarm(
          "this site's state cannot be written: "
              + StoreTrouble.said(failure)
              + ". Nothing was sent that is not stored, and this site takes part again by itself"
              + " once it can be: free space below "
              + config.home()
              + ", or make it writable");
      link.hold();
      threads.postAfter(STORE_RETRY, this::tryStore);
    }
  }

  private void tryStore() {
    try {
      steps.probe();
    } catch (RuntimeException still) {
      threads.postAfter(STORE_RETRY, this::tryStore);
      return;
    }
    waitingForStore = false;
    LOG.warn("this site's state can be written again: the session is opened again");
    pin();
    link.resume();
  }

  // --- the rest

  void say(String state, String job, long round) {
    status.set(
        job.isEmpty()
            ? Map.of("state", state)
            : Map.of("state", state, "job", job, "round", round));
    link.report(AgentReport.newBuilder().setState(state).setJob(job).setRound(round).build());
  }

  void alarm(String what) {
    LOG.warn("{}", what);
    status.set("lastAlarm", what);
  }
}

package org.concordat.agent;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.concordat.agent.approval.Approvals;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.agent.session.Link;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.upload.Uploader;
import org.concordat.certs.CertsException;
import org.concordat.certs.Role;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.member.Action.Erase;
import org.concordat.secureagg.member.Action.Persist;
import org.concordat.secureagg.member.Action.PersistBlob;
import org.concordat.secureagg.member.Action.Send;
import org.concordat.secureagg.member.Action.Upload;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.member.Notice;
import org.concordat.secureagg.member.Step;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's one mailbox: everything that the coordinator sends, and everything that workers bring
 * back, in order. Each step of secure aggregation is made durable in one transaction before
 * anything of it is sent.
 */
final class Desk implements Link.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);
  private static final String SPEC_TYPE = "job.spec";
  private static final String CONSENT_TYPE = "job.consent";

  /** Kind of the entries that are secure aggregation's durable map. */
  static final String MEMBER_STATE = "secagg";

  private static final long RETRY_MILLIS = 500;

  private final AgentConfig config;
  private final Rosters rosters;
  private final Notary notary;
  private final Member member;
  private final SiteJobs jobs;
  private final SitePolicy policy;
  private final Approvals approvals;
  private final Map<String, DataSet> dataSets;
  private final Worker worker;
  private final Uploader uploader;
  private final Entries entries;
  private final Blobs blobs;
  private final AgentStatus status;
  private final byte[] policyDigest;
  private final ExecutorService mailbox;
  private final ExecutorService workers;
  private final ExecutorService uploads;
  private final Consumer<String> crashPoint;
  private final Set<String> busy = new HashSet<>();
  private Consumer<byte[]> out = message -> {};
  private Consumer<AgentReport> reports = report -> {};

  Desk(
      AgentConfig config,
      Rosters rosters,
      Notary notary,
      Member member,
      SiteJobs jobs,
      SitePolicy policy,
      Approvals approvals,
      Map<String, DataSet> dataSets,
      Worker worker,
      Uploader uploader,
      Entries entries,
      Blobs blobs,
      AgentStatus status,
      byte[] policyDigest,
      ExecutorService mailbox,
      ExecutorService workers,
      ExecutorService uploads,
      Consumer<String> crashPoint) {
    this.config = config;
    this.rosters = rosters;
    this.notary = notary;
    this.member = member;
    this.jobs = jobs;
    this.policy = policy;
    this.approvals = approvals;
    this.dataSets = dataSets;
    this.worker = worker;
    this.uploader = uploader;
    this.entries = entries;
    this.blobs = blobs;
    this.status = status;
    this.policyDigest = policyDigest;
    this.mailbox = mailbox;
    this.workers = workers;
    this.uploads = uploads;
    this.crashPoint = crashPoint;
  }

  /** Where messages and reports go, once there is a link. */
  void sendTo(Link link) {
    out = link::send;
    reports = link::report;
  }

  /** Pins the cohort of this site's own roster. */
  void start() {
    post(this::pin);
  }

  private void pin() {
    Cohort cohort = rosters.cohort(config.coordinatorName(), config.approval().colluders());
    attempt(() -> member.pin(cohort));
  }

  // --- the session
  // ------------------------------------------------------------------------------------------------

  @Override
  public void connected() {
    post(
        () -> {
          status.set("connected", true);
          status.set("lastError", "");
          say("idle", "", 0);
        });
  }

  @Override
  public void disconnected(String reason) {
    post(
        () -> {
          LOG.info("no session with the coordinator: {}", reason);
          status.set("connected", false);
          status.set("lastError", reason);
        });
  }

  @Override
  public void received(SessionDown message) {
    post(() -> handle(message));
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
    attempt(() -> member.handle(sealed));
  }

  /** Shares are revealed only for what this site's own policy lets be added up. */
  private boolean mayReveal(Certificate certificate) {
    Optional<SiteJob> job = jobs.find(certificate.ref().job());
    return job.isPresent()
        && allowed(Action.REVEAL, job.get())
        && allowed(Action.AGGREGATE, job.get());
  }

  // --- jobs
  // -------------------------------------------------------------------------------------------------------

  private void answer(byte[] sealedSpec) {
    Digest plan = Digest.sha256(sealedSpec);
    Optional<byte[]> before = jobs.answer(plan);
    if (before.isPresent()) {
      out.accept(before.get());
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
    int members =
        job.spec().getMembersCount() == 0
            ? rosters.latest().agents().size()
            : job.spec().getMembersCount();
    Consent consent = approvals.answer(job.spec(), plan, policyDigest, members);
    LOG.info(
        "job {}: {} ({})",
        consent.getJob(),
        consent.getGranted() ? "consent" : "refusal",
        consent.getExplanation());
    if (consent.getGranted()
        && !attempt(() -> member.admitJob(consent.getJob(), initialState(job)))) {
      return;
    }
    byte[] answer = notary.seal(CONSENT_TYPE, 0, 0, consent.toByteArray());
    jobs.answered(sealedSpec, job, answer, consent.getGranted());
    out.accept(answer);
  }

  private static Digest initialState(SiteJob job) {
    return new Digest(job.initial().stateDigest(job.planDigest().bytes()));
  }

  private void closeJob(String id, String state) {
    if (jobs.find(id).isPresent()) {
      LOG.info("job {} is {}", id, state);
      attempt(() -> member.endJob(id));
      jobs.ended(id);
      run(workers, worker::close);
      say("idle", "", 0);
    }
  }

  private boolean allowed(Action action, SiteJob job) {
    DataSet data = dataSets.get(job.spec().getDataSet());
    if (data == null) {
      alarm("data set '" + job.spec().getDataSet() + "' is no longer configured");
      return false;
    }
    int members =
        job.spec().getMembersCount() == 0
            ? rosters.latest().agents().size()
            : job.spec().getMembersCount();
    Decision decision =
        policy.decide(action, job.spec(), data.dataClass(), data.subjectRegions(), members);
    if (!decision.allowed()) {
      alarm(
          "ALARM: the coordinator asks for what this site's policy denies. "
              + SitePolicy.denial(decision));
    }
    return decision.allowed();
  }

  // --- steps of secure aggregation
  // --------------------------------------------------------------------------------

  /** One input of the member's state machine. */
  private interface Input {
    Step apply() throws Refusal;
  }

  /** Applies an input; false where it was refused. */
  private boolean attempt(Input input) {
    try {
      perform(input.apply());
      return true;
    } catch (Refusal refusal) {
      alarm(String.valueOf(refusal.getMessage()));
      return false;
    }
  }

  /** (1) durable, (2) sent, (3) acted upon. */
  private void perform(Step step) {
    List<Entries.Change> changes = new ArrayList<>();
    for (var action : step.actions()) {
      if (action instanceof PersistBlob blob) {
        blobs.putNamed(blobName(blob.key()), blob.content());
      } else if (action instanceof Persist persist) {
        changes.add(new Entries.Put(MEMBER_STATE, persist.key(), persist.value().toArray()));
      } else if (action instanceof Erase erase) {
        changes.add(new Entries.Delete(MEMBER_STATE, erase.key()));
      }
    }
    String what =
        step.actions().stream().filter(Upload.class::isInstance).findAny().isPresent()
            ? "upload"
            : "step";
    crashPoint.accept("before:" + what);
    entries.apply(changes);
    step.actions().stream()
        .filter(Erase.class::isInstance)
        .forEach(erase -> blobs.erase(blobName(((Erase) erase).key())));
    crashPoint.accept("after:" + what);
    for (var action : step.actions()) {
      if (action instanceof Send send) {
        out.accept(send.sealed().toArray());
      } else if (action instanceof Upload upload) {
        startUpload(upload);
      }
    }
    step.notices().forEach(this::notice);
  }

  static String blobName(String key) {
    return "y-" + Digest.sha256(key.getBytes(java.nio.charset.StandardCharsets.UTF_8)).hex();
  }

  private void notice(Notice notice) {
    if (notice instanceof Notice.TaskAccepted accepted) {
      train(accepted.task());
    } else if (notice instanceof Notice.ResultReady ready) {
      adopt(ready.task(), ready.result());
    } else if (notice instanceof Notice.EpochReady epoch) {
      status.set("epoch", epoch.epoch());
    } else if (notice instanceof Notice.StateOverridden overridden) {
      alarm("ALARM: " + overridden);
    } else {
      LOG.debug("{}", notice);
    }
  }

  private void train(Task task) {
    Optional<SiteJob> job = jobs.find(task.job());
    Action action = task.kind() == Task.Kind.TRAIN ? Action.TRAIN : Action.EVALUATE;
    if (job.isEmpty() || !allowed(Action.DISPATCH, job.get()) || !allowed(action, job.get())) {
      attempt(() -> member.giveUp(task.digest(), "this site's policy denies it"));
      return;
    }
    if (!busy.add(task.digest().hex())) {
      return;
    }
    say(task.kind() == Task.Kind.TRAIN ? "training" : "evaluating", task.job(), task.round() + 1);
    run(workers, () -> trainNow(task, job.get()));
  }

  private void trainNow(Task task, SiteJob job) {
    try {
      Worker.Update update = worker.work(task, job);
      post(
          () -> {
            busy.remove(task.digest().hex());
            crashPoint.accept("trained");
            if (allowed(Action.SUBMIT, job)) {
              attempt(() -> member.protect(task.digest(), update.vector(), update.weight()));
            } else {
              attempt(() -> member.giveUp(task.digest(), "this site's policy denies it"));
            }
          });
    } catch (TrainerFailedException
        | FetchFailedException
        | IllegalArgumentException
        | IllegalStateException failure) {
      post(
          () -> {
            busy.remove(task.digest().hex());
            alarm("round " + (task.round() + 1) + " was not trained: " + failure.getMessage());
            attempt(() -> member.giveUp(task.digest(), "the trainer failed"));
          });
    }
  }

  private void startUpload(Upload upload) {
    if (!busy.add("upload " + upload.taskDigest().hex())) {
      return;
    }
    say("uploading", "", 0);
    run(uploads, () -> uploadNow(upload));
  }

  private void uploadNow(Upload upload) {
    String problem = "";
    try {
      byte[] content =
          java.nio.file.Files.readAllBytes(blobs.namedPath(blobName(upload.blobKey())));
      while (!uploader.send(content, upload.sealedCommitment().toArray())) {
        Thread.sleep(RETRY_MILLIS);
      }
    } catch (Uploader.RefusedException | java.io.IOException refused) {
      problem = String.valueOf(refused.getMessage());
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return;
    }
    String outcome = problem;
    post(
        () -> {
          busy.remove("upload " + upload.taskDigest().hex());
          say("idle", "", 0);
          if (!outcome.isEmpty()) {
            alarm("an upload was refused: " + outcome);
          }
        });
  }

  private void adopt(Task task, Result result) {
    Optional<SiteJob> job = jobs.find(task.job());
    Optional<Cohort> cohort = member.cohort(task.epoch());
    if (job.isEmpty()
        || cohort.isEmpty()
        || !allowed(Action.RELEASE, job.get())
        || !busy.add("adopt " + task.digest().hex())) {
      return;
    }
    run(workers, () -> adoptNow(task, result, job.get(), cohort.get().size()));
  }

  private void adoptNow(Task task, Result result, SiteJob job, int cohortSize) {
    try {
      Worker.Next next = worker.next(task, result, job, cohortSize);
      post(
          () -> {
            busy.remove("adopt " + task.digest().hex());
            attempt(() -> member.adopt(task.digest(), next.sum(), next.state()));
          });
    } catch (FetchFailedException | IllegalArgumentException | IllegalStateException failure) {
      post(
          () -> {
            busy.remove("adopt " + task.digest().hex());
            alarm(
                "the result of round "
                    + (task.round() + 1)
                    + " was not taken: "
                    + failure.getMessage());
          });
    }
  }

  // --- the rest
  // ---------------------------------------------------------------------------------------------------

  private void say(String state, String job, long round) {
    status.set("state", state);
    if (!job.isEmpty()) {
      status.set("job", job);
      status.set("round", round);
    }
    reports.accept(AgentReport.newBuilder().setState(state).setJob(job).setRound(round).build());
  }

  private void alarm(String what) {
    LOG.warn("{}", what);
    status.set("lastAlarm", what);
  }

  private void post(Runnable message) {
    run(mailbox, message);
  }

  private static void run(ExecutorService where, Runnable what) {
    try {
      where.execute(
          () -> {
            try {
              what.run();
            } catch (RuntimeException failure) {
              LOG.error("a message failed: {}", failure.getMessage(), failure);
            }
          });
    } catch (RejectedExecutionException stopping) {
      LOG.debug("stopping");
    }
  }

  /** Every key of secure aggregation's durable map. */
  static Map<String, byte[]> durable(Entries entries) {
    return new TreeMap<>(entries.all(MEMBER_STATE));
  }
}

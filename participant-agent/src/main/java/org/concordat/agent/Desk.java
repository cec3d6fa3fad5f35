package org.concordat.agent;

import com.google.protobuf.ByteString;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.concordat.agent.approval.Approvals;
import org.concordat.agent.approval.DataUse;
import org.concordat.agent.approval.Obligations;
import org.concordat.agent.approval.Requests;
import org.concordat.agent.approval.SiteJobs;
import org.concordat.agent.approval.SiteJobs.SiteJob;
import org.concordat.agent.approval.SitePolicy;
import org.concordat.agent.approval.SumFacts;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.data.DataSets;
import org.concordat.agent.session.Link;
import org.concordat.agent.session.Reasons;
import org.concordat.certs.CertsException;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Decision;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.AgentReport;
import org.concordat.protocol.v1.Hello;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.Welcome;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.member.Action.Send;
import org.concordat.secureagg.member.Action.Upload;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.member.Notice;
import org.concordat.secureagg.member.Step;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.store.Entries;
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

  /** What was on its way when a job ended, or when this site joined: nobody does wrong. */
  private static final Set<Refusal.Reason> ROUTINE =
      EnumSet.of(Refusal.Reason.JOB_UNKNOWN, Refusal.Reason.EPOCH_UNKNOWN);

  private static final Duration STORE_RETRY = Duration.ofSeconds(5);
  private static final Duration INBOX_LOOK = Duration.ofSeconds(1);
  private static final int MAX_TOLD_CHARS = 2000;

  private final AgentConfig config;
  private final String software;
  private final Clock clock;
  private final FirstStoreMark firstStore;
  private final Rosters rosters;
  private final Notary notary;
  private final MemberSteps steps;
  private final SiteJobs jobs;
  private final SitePolicy policy;
  private final JobDesk jobDesk;
  private final DataSets dataSets;
  private final AgentStatus status;
  private final Threads threads;
  private final Link link;
  private final Errands errands;
  private volatile ByteString incarnation = ByteString.EMPTY;
  private String lost = "";
  private String lastAlarm = "";
  private String clippedJob = "";
  private long updates;
  private long clippedUpdates;
  private boolean waitingForStore;
  private boolean welcome;

  Desk(
      AgentConfig config,
      String software,
      Clock clock,
      FirstStoreMark firstStore,
      Rosters rosters,
      Notary notary,
      MemberSteps steps,
      SiteJobs jobs,
      SitePolicy policy,
      Requests requests,
      DataSets dataSets,
      AgentStatus status,
      byte[] policyDigest,
      Threads threads,
      Link link,
      Function<Desk, Errands> errands) {
    this.config = config;
    this.software = software;
    this.clock = clock;
    this.firstStore = firstStore;
    this.rosters = rosters;
    this.notary = notary;
    this.steps = steps;
    this.jobs = jobs;
    this.policy = policy;
    this.dataSets = dataSets;
    this.status = status;
    this.threads = threads;
    this.link = link;
    this.errands = errands.apply(this);
    this.jobDesk =
        new JobDesk(
            this,
            rosters,
            notary,
            steps,
            jobs,
            new Approvals(
                policy, config.approval(), dataSets, config.trainer().maxMemoryMib(), jobs),
            requests,
            status,
            policyDigest,
            link,
            () -> firstStore.isFirst(steps.member().incarnation()));
    threads.onFailure(failure -> threads.post(() -> failed(failure)));
  }

  /** Pins the cohort of this site's own roster, and opens the session. */
  void start() {
    dataSets.warnings().forEach(warning -> LOG.warn("{}", warning));
    status.set(Map.of("state", "idle", "dataWarnings", dataSets.warnings()));
    threads.post(this::begin);
    threads.postEvery(INBOX_LOOK, jobDesk::lookAtInbox);
    threads.post(() -> link.start(this));
  }

  /** The store's incarnation first: nothing is said without one. */
  private void begin() {
    Optional<Incarnation> first = firstStore.mark();
    try {
      act(
          steps.take(
              member -> member.begin(first), first.map(firstStore::change).stream().toList()));
    } catch (Refusal refusal) {
      refused(refusal);
      return;
    }
    firstStore.remove();
    pin();
    sayStore();
  }

  /** Which store this is, for everybody to see. */
  private void sayStore() {
    Member member = steps.member();
    incarnation = ByteString.copyFrom(member.incarnation().bytes().toArray());
    status.set(
        "store",
        member.confirmed()
            ? member.incarnation().shortHex()
            : "this site's store is new ("
                + member.incarnation().shortHex()
                + "): waiting for "
                + alliance().quorum()
                + " other members to answer what they know of the lost one. Nothing is signed until"
                + " then");
  }

  private void pin() {
    Alliance alliance = alliance();
    attempt(member -> member.pin(alliance));
  }

  private Alliance alliance() {
    return rosters.alliance(config.coordinatorName(), config.approval().colluders());
  }

  // --- the session

  @Override
  public Hello hello() {
    return Hello.newBuilder()
        .setProtocolVersion(ProtocolVersion.WIRE)
        .setSoftware(software)
        .setGenesisDigest(ByteString.copyFrom(rosters.genesisDigest()))
        .setRosterVersion(rosters.latest().version())
        .setUnixMillis(clock.millis())
        .setIncarnation(incarnation)
        .build();
  }

  @Override
  public void connected(Welcome welcome) {
    String clocks = Clocks.apart(clock.instant(), Instant.ofEpochMilli(welcome.getUnixMillis()));
    threads.post(
        () -> {
          if (!clocks.isEmpty()) {
            LOG.warn("{}", clocks);
          }
          if (!lost.isEmpty()) {
            LOG.warn("the session with the coordinator is open again");
          }
          lost = "";
          status.set(Map.of("connected", true, "lastError", "", "clock", clocks));
          say("idle", "", 0);
          welcomed(welcome);
        });
  }

  /**
   * Whether a session is open in which this store was compared with the one that spoke last. Before
   * that nothing may be uploaded: an old copy would send a second vector under one mask.
   */
  boolean isWelcome() {
    return welcome;
  }

  /** Which store this site speaks from: 16 bytes. */
  ByteString store() {
    return incarnation;
  }

  /** Whether this store is the one that spoke last; if it is new, the others are asked. */
  private void welcomed(Welcome welcome) {
    Optional<byte[]> last =
        Optional.of(welcome.getLastStatement().toByteArray()).filter(bytes -> bytes.length > 0);
    attempt(member -> member.welcomed(last));
    attempt(Member::query); // of a new store, until all have answered
    this.welcome = true;
    sayStore();
  }

  @Override
  public void disconnected(String reason) {
    threads.post(
        () -> {
          if (!Reasons.same(reason, lost) && !waitingForStore) {
            LOG.warn("no session with the coordinator: {}. It is tried again and again", reason);
          }
          lost = reason;
          welcome = false;
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
        jobDesk.proposed(message.getJobProposal().getSealedSpec().toByteArray());
        break;
      case JOB_CLOSED:
        closeJob(message.getJobClosed());
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
        attempt(Member::query); // answers are about a roster
      }
    } catch (CertsException forged) {
      alarm("a roster chain was refused: " + forged.getMessage());
    }
  }

  private void handleSealed(byte[] sealed) {
    Notary.Opened opened;
    Optional<TokenRef> about;
    String denial = "";
    try {
      opened = notary.open(sealed);
      about = about(opened);
      if (opened.type().equals(Certificate.TYPE)) {
        denial = denialOfReveal(Certificate.decode(opened.payload()));
      }
    } catch (BadEnvelopeException | IllegalArgumentException bad) {
      alarm("a message was not acted upon: " + bad.getMessage());
      return;
    }
    if (!denial.isEmpty()) {
      notActed(about, "POLICY_DENIED", denial);
      return;
    }
    boolean reveals = opened.type().equals(Certificate.TYPE);
    try {
      act(reveals ? reveal(sealed, about.orElseThrow()) : steps.take(m -> m.handle(sealed)));
    } catch (Refusal refusal) {
      refused(refusal);
      notActed(about, refusal.reason().name(), String.valueOf(refusal.getMessage()));
    }
  }

  /** That a sum over the data may be opened is noted in the step that reveals. */
  private Step reveal(byte[] certificate, TokenRef ref) throws Refusal {
    Refusal.require(
        isOpen(ref.job()),
        Refusal.Reason.JOB_UNKNOWN,
        config.coordinatorName(),
        "a certificate of job %s, which is not open here",
        ref.job());
    List<Entries.Change> also = jobs.opening(ref.job(), ref.round()).stream().toList();
    Step step = steps.take(member -> member.handle(certificate), also);
    jobs.opened(ref.job(), ref.round());
    return step;
  }

  /**
   * Shares are revealed only for what this site's own policy lets be added up. Of a job or an epoch
   * that is not known here, nothing is revealed at all.
   */
  private String denialOfReveal(Certificate certificate) {
    Optional<SiteJob> job = jobs.find(certificate.ref().job());
    Optional<Cohort> cohort = steps.member().cohort(certificate.ref().epoch());
    if (job.isEmpty() || cohort.isEmpty()) {
      return "";
    }
    int survivors = Survivors.decode(certificate.survivors().toArray()).uploads().size();
    return denial(job.get(), SumFacts.of(cohort.get(), survivors), Action.REVEAL, Action.AGGREGATE);
  }

  /** What a refused message was about, where the coordinator should know that it was refused. */
  private static Optional<TokenRef> about(Notary.Opened opened) {
    try {
      switch (opened.type()) {
        case Task.TYPE:
          return Optional.of(Task.decode(opened.payload()).ref());
        case Survivors.TYPE:
          return Optional.of(Survivors.decode(opened.payload()).ref());
        case Certificate.TYPE:
          return Optional.of(Certificate.decode(opened.payload()).ref());
        case NonRevealRequest.TYPE:
          return Optional.of(NonRevealRequest.decode(opened.payload()).ref());
        case Result.TYPE:
          return Optional.of(Task.ofCore(Result.decode(opened.payload()).task().toArray()).ref());
        default:
          return Optional.empty();
      }
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Tells the coordinator, so that nobody waits, and the operator knows why. */
  private void notActed(Optional<TokenRef> about, String reason, String text) {
    about.ifPresent(ref -> notActed(ref, reason, text));
  }

  void notActed(TokenRef ref, String reason, String text) {
    notActed(ref, reason, text, false);
  }

  /**
   * @param goesOn whether it is tried again and again; otherwise this site counts as away
   */
  void notActed(TokenRef ref, String reason, String text, boolean goesOn) {
    link.refused(
        Refused.newBuilder()
            .setJob(ref.job())
            .setRound(ref.round())
            .setAttempt(ref.attempt())
            .setReason(reason)
            .setText(text.length() > MAX_TOLD_CHARS ? text.substring(0, MAX_TOLD_CHARS) : text)
            .setGoesOn(goesOn)
            .build());
  }

  // --- jobs

  private void closeJob(JobClosed closed) {
    String id = closed.getJob();
    jobDesk.closed(id, closed.getState());
    if (jobs.find(id).isPresent()) {
      LOG.info("job {} is {}. {}", id, closed.getState(), closed.getReason());
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

  Optional<SiteJob> job(String id) {
    return jobs.find(id);
  }

  /** What the consent to a job was about. */
  Optional<DataUse> use(String id) {
    return jobs.use(id);
  }

  /**
   * Why this site's policy does not let it take part in all of these actions, or the obligations of
   * one are not met; empty where it may. A denial is an alarm.
   */
  String denial(SiteJob job, SumFacts sum, Action... actions) {
    String found = "";
    for (Action action : actions) {
      found = found.isEmpty() ? denial(job, sum, action) : found;
    }
    if (!found.isEmpty()) {
      alarm("ALARM: the coordinator asks for what this site's policy denies. " + found);
    }
    return found;
  }

  private String denial(SiteJob job, SumFacts sum, Action action) {
    Optional<DataSet> data = dataSets.find(job.spec().getDataSet());
    if (data.isEmpty()) {
      return "data set '" + job.spec().getDataSet() + "' is no longer configured";
    }
    Decision decision =
        policy.decide(action, job.spec(), data.get().dataClass(), data.get().subjectRegions(), sum);
    boolean person =
        jobs.use(job.spec().getJob()).map(use -> !use.person().isEmpty()).orElse(false);
    return decision.allowed()
        ? Obligations.unmet(action, decision.obligations(), person)
        : SitePolicy.denial(decision);
  }

  // --- steps of secure aggregation

  /** Applies an input; false where it was refused. (1) durable, (2) sent, (3) acted upon. */
  boolean attempt(MemberSteps.Input input) {
    try {
      act(steps.take(input));
      return true;
    } catch (Refusal refusal) {
      refused(refusal);
      return false;
    }
  }

  /** Signs the state that follows from a round's sum; where it differs, the coordinator is told. */
  void adopt(Task task, Worker.Next next) {
    try {
      act(steps.take(member -> member.adopt(task.digest(), next.sum(), next.state())));
    } catch (Refusal refusal) {
      refused(refusal);
      notActed(task.ref(), refusal.reason().name(), String.valueOf(refusal.getMessage()));
    }
  }

  /** What is durable now is sent, and acted upon. */
  private void act(Step step) {
    for (var action : step.actions()) {
      if (action instanceof Send send) {
        link.send(send.sealed().toArray());
      } else if (action instanceof Upload upload) {
        errands.upload(upload);
      }
    }
    step.notices().forEach(this::notice);
  }

  private void refused(Refusal refusal) {
    status.set("lastRefusal", refusal.getMessage() + "");
    if (ROUTINE.contains(refusal.reason())) {
      LOG.info("{}", refusal.getMessage());
    } else {
      alarm(String.valueOf(refusal.getMessage()));
    }
  }

  private void notice(Notice notice) {
    if (notice instanceof Notice.TaskAccepted accepted) {
      steps
          .member()
          .cohort(accepted.task().epoch())
          .ifPresent(cohort -> errands.train(accepted.task(), cohort));
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
    } else if (notice instanceof Notice.StoreConfirmed confirmed) {
      LOG.warn(
          "the other members have answered: this site's new store {} takes part from epoch {} on",
          confirmed.store().shortHex(),
          confirmed.aboveEpoch() + 1);
      sayStore();
    } else if (notice instanceof Notice.StoreLost lostStore) {
      alarm(
          "ALARM: this site's store "
              + lostStore.lost().shortHex()
              + " is an old copy or has a clone: "
              + lostStore.why()
              + ". It goes on as the new store "
              + lostStore.now().shortHex()
              + ", which signs nothing until other members have answered. Next: make sure that only"
              + " one agent runs with this member's keys, and that state/ is never restored");
      sayStore();
      link.restart();
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
    begin();
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

  /** Notes whether an update was clipped, for people to see. */
  void clipping(Task task, boolean clipped) {
    if (task.kind() != Task.Kind.TRAIN) {
      return;
    }
    if (!task.job().equals(clippedJob)) {
      clippedJob = task.job();
      updates = 0;
      clippedUpdates = 0;
    }
    updates++;
    clippedUpdates += clipped ? 1 : 0;
    status.set(
        "clipped",
        clippedUpdates
            + " of "
            + updates
            + " updates for job '"
            + clippedJob
            + "' were longer than its clip-norm and were scaled down");
  }

  /** What this site did not do, or somebody else should not have done. */
  void alarm(String what) {
    LOG.warn("{}", what);
    lastAlarm = what;
    status.set(Map.of("lastAlarm", what, "lastAlarmAt", clock.instant().toString()));
  }

  /**
   * This site has trained and uploaded again: what kept it from that is past, and stays in the log.
   * What somebody else did wrong stays here, too.
   */
  void worksAgain() {
    if (!lastAlarm.startsWith("ALARM")) {
      lastAlarm = "";
      status.set(Map.of("lastAlarm", "", "lastAlarmAt", ""));
    }
  }
}

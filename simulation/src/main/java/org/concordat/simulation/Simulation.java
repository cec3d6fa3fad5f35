package org.concordat.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditFilter;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.AuditQuery;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.coordinator.job.Publication;
import org.concordat.learning.RoundVector;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.TrainingPlan;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;

/** One run of one job, from a seed. */
final class Simulation {
  private static final String JOB = "simulated";
  private static final int ROUNDS = 3;

  /** Of the model: two inputs, four and one units. */
  static final int PARAMETERS = 17;

  /** After the trouble: within this the job must end, or say for whom it waits. */
  private static final long QUIET_MILLIS = 15 * 60_000;

  /** Members of four that may be gone for good, with everything that they held. */
  private static final int TOLERATED = 1;

  private static final long SLICE_MILLIS = 1000;
  private static final long MAX_EVENTS = 3_000_000;

  /**
   * How a run ended.
   *
   * @param violations of what must hold; none if it is as it should be
   * @param states of the jobs, with reasons
   * @param millis virtual ones, until all had ended
   * @param messages how many of each type there were: two runs of a seed have the same
   * @param fired how many faults of the plan came before the end
   * @param sums how many released sums were counted
   * @param told how often each lie was told
   * @param counted members whose updates are in one of them
   * @param shown members that the log says were shown to lie
   */
  record Outcome(
      long seed,
      Plan plan,
      List<String> violations,
      List<String> states,
      long millis,
      Map<String, Long> messages,
      int fired,
      int sums,
      Map<Lie.Kind, Integer> told,
      Set<String> counted,
      Set<String> shown) {
    boolean failed() {
      return !violations.isEmpty();
    }
  }

  private final Founded founded;
  private final long seed;
  private final Plan plan;
  private final VirtualTime time = new VirtualTime(Founded.BEGIN);
  private final Watch watch;
  private final List<Liar> liars = new ArrayList<>();
  private final Set<String> counted = new TreeSet<>();
  private final Set<String> shown = new TreeSet<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final SimulatedCoordinator coordinator;
  private final Network network;
  private final Map<String, Long> restarts = new LinkedHashMap<>();
  private long events;
  private final Set<String> gone = new HashSet<>();
  private final Set<String> lostDisks = new HashSet<>();
  private int fired;
  private int sums;
  private boolean joined;
  private final Set<String> departed = new HashSet<>();

  /** At some time. */
  private final Set<String> suspended = new HashSet<>();

  private Simulation(Founded founded, Path directory, long seed, Plan plan) {
    this.founded = founded;
    this.seed = seed;
    this.plan = plan;
    this.watch = new Watch(new TreeSet<>(plan.liars()));
    Random random = Plan.scattered(seed ^ 0x5DEECE66DL);
    Signatures signatures = new Signatures(founded);
    coordinator =
        new SimulatedCoordinator(
            founded, directory, time, new Random(random.nextLong()), signatures);
    network =
        new Network(
            time,
            new Random(random.nextLong()),
            founded.callers(),
            signatures,
            Founded.BEGIN,
            coordinator);
    nodes.put(coordinator.name(), coordinator);
    int index = 0;
    Random lies = Plan.scattered(~seed);
    for (String member : founded.agents()) {
      Liar liar = new Liar(member, founded, plan.lies(), time, lies.nextLong(), watch);
      liars.add(liar);
      nodes.put(
          member,
          new SimulatedAgent(
              member,
              index++,
              founded,
              directory,
              time,
              new Random(random.nextLong()),
              network,
              watch,
              liar));
    }
  }

  /** Runs a seed's own plan. */
  static Outcome run(Founded founded, Path scratch, long seed) {
    return run(founded, scratch, seed, Plan.of(seed, founded.members()));
  }

  /** Runs another plan with the seed's latencies. */
  static Outcome run(Founded founded, Path scratch, long seed, Plan plan) {
    return run(founded, scratch, seed, plan, untouched -> {});
  }

  /**
   * The same in a world that is not as the product was told.
   *
   * @param broken breaks a promise before anything runs
   */
  static Outcome run(
      Founded founded, Path scratch, long seed, Plan plan, Consumer<Simulation> broken) {
    try {
      Path directory = Files.createTempDirectory(scratch, "run-");
      try {
        Simulation simulation = new Simulation(founded, directory, seed, plan);
        broken.accept(simulation);
        return simulation.run();
      } finally {
        Grounds.remove(directory);
      }
    } catch (IOException disk) {
      throw new UncheckedIOException(disk);
    }
  }

  Watch watch() {
    return watch;
  }

  SimulatedCoordinator coordinator() {
    return coordinator;
  }

  Node node(String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  private Outcome run() {
    network.quality(
        plan.breaking() / 100.0,
        plan.repeating() / 100.0,
        plan.declining() / 100.0,
        plan.slowestMillis());
    nodes.values().stream().filter(node -> !isOutside(node)).forEach(Node::start);
    plan.faults().forEach(this::schedule);
    for (int job = 1; job <= plan.jobs(); job++) {
      String name = JOB + "-" + job;
      time.after(500L * job, Life.ALWAYS, () -> submit(name, name.hashCode()));
    }
    if (plan.joinMillis() != Plan.NEVER) {
      time.after(plan.joinMillis(), Life.ALWAYS, this::join);
    }
    plan.departs().ifPresent(one -> time.after(one.atMillis(), Life.ALWAYS, () -> depart(one)));
    long until = 0;
    try {
      while (until < Plan.TROUBLE_MILLIS && !ended()) {
        until += SLICE_MILLIS;
        advance(until);
      }
      network.quality(0, 0, 0, plan.slowestMillis());
      long end = until + QUIET_MILLIS;
      while (until < end && !ended()) {
        until += SLICE_MILLIS;
        advance(until);
      }
      judge();
    } catch (RuntimeException failure) {
      watch.violated("the simulation failed: " + failure + " at " + failure.getStackTrace()[0]);
    }
    return new Outcome(
        seed,
        plan,
        watch.violations(),
        states(),
        until,
        watch.messages(),
        fired,
        sums,
        told(),
        counted,
        shown);
  }

  private Map<Lie.Kind, Integer> told() {
    Map<Lie.Kind, Integer> told = new EnumMap<>(Lie.Kind.class);
    liars.forEach(
        liar -> liar.told().forEach((kind, count) -> told.merge(kind, count, Integer::sum)));
    return told;
  }

  /** One more member, and a job with it; until it is in the roster it is tried again. */
  private void join() {
    coordinator.admit(founded.joining(), network);
    if (coordinator.lists(Founded.JOINER)) {
      joined = true;
      node(Founded.JOINER).start();
      String name = JOB + "-" + jobsDue();
      time.after(500, Life.ALWAYS, () -> submit(name, name.hashCode()));
    } else {
      time.after(1000, Life.ALWAYS, this::join);
    }
  }

  /** Until it is no member any more it is tried again. */
  private void depart(Departure departure) {
    String member = departure.member();
    switch (departure.how()) {
      case LEAVES -> coordinator.leave(member, network);
      case REMOVED -> coordinator.remove(member, network);
      case SUSPENDED -> coordinator.suspend(member, network);
    }
    if (!coordinator.alive() || coordinator.isMember(member)) {
      time.after(1000, Life.ALWAYS, () -> depart(departure));
      return;
    }
    watch.departed(member);
    if (departure.how() == Departure.How.SUSPENDED) {
      suspended.add(member);
      time.after(departure.forMillis(), Life.ALWAYS, () -> resume(member));
    } else {
      departed.add(member);
    }
  }

  /** Until it is a member again it is tried again. */
  private void resume(String member) {
    coordinator.resume(member, network);
    if (coordinator.alive() && coordinator.isMember(member)) {
      watch.returned(member);
    } else {
      time.after(1000, Life.ALWAYS, () -> resume(member));
    }
  }

  /** Not yet, or no more. */
  private boolean isOutside(Node node) {
    return !joined && node.name().equals(Founded.JOINER) || gone.contains(node.name());
  }

  private int jobsDue() {
    return plan.jobs() + (plan.joinMillis() == Plan.NEVER ? 0 : 1);
  }

  private void advance(long until) {
    while (time.step(until)) {
      revive();
      if (++events > MAX_EVENTS) {
        throw new IllegalStateException("no end after " + events + " events");
      }
    }
  }

  /** Whoever has died comes back after a while. */
  private void revive() {
    for (Node node : nodes.values()) {
      if (!node.life().alive() && !isOutside(node) && !restarts.containsKey(node.name())) {
        if (node == coordinator) {
          network.breakAll();
        } else {
          network.breakAll(node.name());
        }
        node.disk().died();
        long pause =
            plan.faults().stream()
                .filter(
                    fault -> fault.kind() == Fault.Kind.KILL && fault.node().equals(node.name()))
                .mapToLong(Fault::forMillis)
                .findFirst()
                .orElse(1000);
        restarts.put(node.name(), time.now() + pause);
        time.after(
            pause,
            Life.ALWAYS,
            () -> {
              restarts.remove(node.name());
              if (!isOutside(node)) {
                node.start();
              }
            });
      }
    }
  }

  private void schedule(Fault fault) {
    Node node = node(fault.node());
    time.after(
        fault.atMillis(),
        Life.ALWAYS,
        () -> {
          fired++;
          switch (fault.kind()) {
            case LOSE_DISK:
              node.life().end();
              ((SimulatedAgent) node).loseDisk();
              lostDisks.add(node.name());
              break;
            case KILL:
              if (fault.writes() < 0) {
                node.life().end();
              } else {
                node.life().killAfter(fault.writes(), fault.before());
              }
              break;
            case GONE:
              gone.add(node.name());
              network.breakAll(node.name());
              node.life().end();
              break;
            case CUT_OFF:
              network.cutOff(fault.node(), true);
              break;
            case BREAK:
              if (node == coordinator) {
                network.breakAll();
              } else {
                network.breakAll(fault.node());
              }
              break;
            case DISK_FULL:
              node.disk().full(true);
              break;
            case CLOCK:
              node.life().skew(fault.before() ? -fault.forMillis() * 100 : fault.forMillis() * 100);
              break;
            default:
              throw new IllegalStateException();
          }
        });
    time.after(
        fault.atMillis() + fault.forMillis(),
        Life.ALWAYS,
        () -> {
          switch (fault.kind()) {
            case CUT_OFF:
              network.cutOff(fault.node(), false);
              break;
            case DISK_FULL:
              node.disk().full(false);
              break;
            case CLOCK:
              node.life().skew(0);
              break;
            default:
              break;
          }
        });
  }

  private void submit(String name, int initialSeed) {
    Envelopes envelopes =
        new Envelopes(
            "sim",
            Founded.OPERATOR,
            founded.keysOf(Founded.OPERATOR)::sign,
            (sender, message, signature) -> false,
            1);
    byte[] sealed = envelopes.seal("job.spec", 0, 0, spec(name, initialSeed).toByteArray());
    if (!coordinator.submit(sealed, network)) {
      time.after(1000, Life.ALWAYS, () -> submit(name, initialSeed));
    }
  }

  private JobSpec spec(String name, int initialSeed) {
    return JobSpec.newBuilder()
        .setJob(name)
        .setTitle("simulated")
        .setPurpose("medical-research")
        .setDataSet("toy")
        .setDataClass("pseudonymised-health")
        .setRounds(ROUNDS)
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(2)
                .addLayers(DenseLayer.newBuilder().setUnits(4).setActivation(Activation.TANH))
                .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                .setLoss(Loss.BINARY_CROSS_ENTROPY)
                .setFloatType(FloatType.FLOAT32))
        .setPlan(
            TrainingPlan.newBuilder()
                .setOptimizer(Optimizer.SGD)
                .setLearningRate(0.1)
                .setLocalEpochs(1))
        .setServerLearningRate(1)
        .setSecureAggregation(
            SecureAggregationPlan.newBuilder()
                .setQuantisationBits(16)
                .setClipNormL2(1)
                .setCoordinateBound(1)
                .setMaxWeight(PureTrainer.ROWS))
        .setInitialSeed(initialSeed)
        .setDeadlineSeconds(30)
        .setTrainerMemoryMib(256)
        .build();
  }

  private List<JobSummary> jobs() {
    return coordinator.alive() ? coordinator.jobs(network) : List.of();
  }

  private static boolean ended(JobSummary job) {
    return !job.getState().equals("PROPOSED") && !job.getState().equals("RUNNING");
  }

  private boolean ended() {
    List<JobSummary> jobs = jobs();
    return jobs.size() == jobsDue() && jobs.stream().allMatch(Simulation::ended);
  }

  private List<String> states() {
    return jobs().stream().map(job -> job.getState() + " " + job.getReason()).toList();
  }

  private void judge() {
    List<JobSummary> jobs = jobs();
    departed.stream()
        .filter(member -> lost() <= TOLERATED && coordinator.lists(member))
        .forEach(member -> watch.violated(member + " has left, and the roster still lists it"));
    if (jobs.size() < jobsDue()) {
      watch.violated("a job that was submitted is not there: " + jobs);
    }
    jobs.forEach(this::judge);
    sums(jobs);
    log(jobs);
  }

  /**
   * It has ended with a reason; everybody is here, so that there is nobody to wait for. Where more
   * disks were lost than the protocol tolerates, it may wait, and says for whom; or it waits for
   * one that has lied or is gone, and names it.
   */
  private void judge(JobSummary job) {
    if (!ended(job)) {
      String waiting = waiting(job);
      if (waiting.isEmpty()) {
        watch.violated(job.getJob() + " stands still and does not say for whom it waits");
      } else if (lost() <= TOLERATED && !isExcused(job)) {
        watch.violated("everybody is here, and " + job.getJob() + " still waits: " + waiting);
      }
    } else if (!job.getState().equals("COMPLETED")) {
      if (job.getReason().isEmpty()) {
        watch.violated(job.getJob() + " ended without a reason: " + job.getState());
      }
      if (plan.clean()) {
        watch.violated("nothing went wrong, and " + job.getJob() + " ended: " + job.getReason());
      }
    }
  }

  private String waiting(JobSummary job) {
    return Stream.concat(
            Stream.of(job.getWaitingFor()),
            coordinator.rounds(network).stream()
                .filter(round -> round.getJob().equals(job.getJob()))
                .map(RoundSummary::getWaitingFor))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("; "));
  }

  /** It waits for one that lied or is gone, or for a round of a job that does. */
  private boolean isExcused(JobSummary job) {
    return names(job)
        || jobs().stream()
            .filter(other -> waiting(job).contains("of job '" + other.getJob() + "'"))
            .anyMatch(this::names);
  }

  private boolean names(JobSummary job) {
    String waiting = waiting(job);
    return Stream.of(plan.liars(), gone).flatMap(Set::stream).anyMatch(waiting::contains);
  }

  private void shown(String member, Map<String, String> details) {
    shown.add(member);
    if (node(member).disk().keepsItsWord() && !watch.liars().contains(member)) {
      watch.violated(member + " is honest, and is shown to lie: " + details);
    }
  }

  /** How many may say nothing that the others can use. */
  private long lost() {
    return Stream.of(lostDisks, plan.liars(), gone, departed, suspended)
        .flatMap(Set::stream)
        .distinct()
        .count();
  }

  /** Each sum of a committed round has every survivor's update once, and nobody else's. */
  private void sums(List<JobSummary> jobs) {
    for (Map.Entry<String, Result> released : watch.results().entrySet()) {
      Task task = Task.ofCore(released.getValue().task().toArray());
      jobs.stream()
          .filter(job -> job.getJob().equals(task.job()))
          .filter(job -> job.getRoundsCommitted() > task.round())
          .filter(job -> task.kind() == Task.Kind.TRAIN)
          .forEach(job -> sum(released.getKey(), released.getValue(), task));
    }
  }

  private void sum(String round, Result result, Task task) {
    int[] words;
    try {
      words = Ring.fromBytes(Files.readAllBytes(coordinator.sum("sum-" + result.sumRoot().hex())));
    } catch (IOException gone) {
      watch.violated(round + " has committed, and its sum is not there: " + gone.getMessage());
      return;
    }
    Set<String> survivors = watch.survivors(task.ref());
    var mean = new Quantiser(task.quantisation(), watch.cohort(task.epoch()).size()).mean(words);
    double[] update =
        RoundVector.split(mean.mean(), task.quantisation().coordinateBound()).update();
    Set<Integer> wrong = watch.tampered(task.ref());
    if (wrong.contains(-1)) {
      return; // noise: there is nothing to be read in it
    }
    for (int i = 0; i < founded.agents().size(); i++) {
      String member = founded.agents().get(i);
      double weighted = update[i] * mean.totalWeight() / PureTrainer.ROWS;
      long count = Math.round(weighted / PureTrainer.STEP);
      if (!wrong.contains(i) && count != (survivors.contains(member) ? 1 : 0)) {
        watch.violated(
            "%s: survivors %s, the update of %s is in it %d times"
                .formatted(round, survivors, member, count));
      }
    }
    if (!wrong.contains(PARAMETERS + 2)
        && Math.abs(mean.totalWeight() - survivors.size() * (double) PureTrainer.ROWS) > 0.5) {
      watch.violated(round + " weighs " + mean.totalWeight());
    }
    counted.addAll(survivors);
    sums++;
  }

  /**
   * The log verifies, tells of each committed round's release once, with its sum, and shows nobody
   * to lie who does not.
   */
  private void log(List<JobSummary> jobs) {
    LogVerifierKey key = LogVerifierKey.parse(founded.genesis().logVkey().value());
    Map<String, List<String>> released = new LinkedHashMap<>();
    try {
      AuditVerifier.verify(coordinator.log(), key);
      try (var entries =
          AuditQuery.run(coordinator.log(), key, AuditFilter.ALL.ofType(EntryType.MODEL_RELEASE))) {
        entries
            .filter(logged -> !Publication.STEP.equals(logged.entry().details().get("step")))
            .forEach(
                logged ->
                    released
                        .computeIfAbsent(logged.entry().subject(), any -> new ArrayList<>())
                        .add(String.valueOf(logged.entry().digests().get("sum"))));
      }
      try (var entries =
          AuditQuery.run(coordinator.log(), key, AuditFilter.ALL.ofType(EntryType.EPOCH))) {
        entries
            .filter(logged -> logged.entry().id().startsWith("lie/"))
            .forEach(logged -> shown(logged.entry().subject(), logged.entry().details()));
      }
    } catch (AuditLogException forged) {
      watch.violated("the log does not verify: " + forged.getMessage());
    }
    for (JobSummary job : jobs) {
      if (job.getState().equals("COMPLETED") && job.getRoundsCommitted() <= ROUNDS) {
        watch.violated(job.getJob() + " completed after " + job.getRoundsCommitted() + " rounds");
      }
      for (int round = 0; round < Math.min(ROUNDS, job.getRoundsCommitted()); round++) {
        Result result = watch.results().get("round " + job.getJob() + "/" + round);
        List<String> told = released.getOrDefault(job.getJob() + "/" + (round + 1), List.of());
        if (result == null || !told.equals(List.of(result.sumRoot().hex()))) {
          watch.violated("the log tells of round " + round + " of " + job.getJob() + ": " + told);
        }
      }
    }
  }
}

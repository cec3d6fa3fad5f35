package org.concordat.agent;

import static java.util.stream.Collectors.joining;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.session.Clocks;
import org.concordat.agent.session.Reasons;
import org.concordat.agent.site.RostersFile;
import org.concordat.agent.train.Trainer;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.certs.CrlFile;
import org.concordat.certs.Crls;
import org.concordat.certs.InForce;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterEntry;
import org.concordat.iam.Site;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.OperationsGrpc;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.StatusReply;
import org.concordat.protocol.v1.StatusRequest;
import org.concordat.protocol.v1.TrainingPlan;

/**
 * What a member runs before its agent: everything that would stop it, all at once. Nothing of the
 * member's state is changed, and nothing of its data is sent.
 */
public final class Preflight {
  private static final int CONNECT_SECONDS = 15;
  private static final int TRIAL_MEMORY_MIB = 512;
  private static final long FREE_BYTES = 1L << 30;

  /**
   * One check.
   *
   * @param detail what was found, or what is wrong and what to do
   */
  public record Check(String name, boolean ok, String detail) {}

  private final List<Check> checks = new ArrayList<>();

  private Preflight() {}

  /** Runs every check; one that cannot run because an earlier one failed is reported as failed. */
  public static List<Check> run(AgentConfig config, Clock clock) {
    Preflight preflight = new Preflight();
    preflight.check("genesis, keys and certificate", () -> site(config, clock));
    preflight.check("coordinator in the roster", () -> coordinator(config));
    preflight.check("data root", () -> dataRoot(config));
    for (Path description : config.dataSets()) {
      preflight.check(
          "data set " + description.getFileName(), () -> dataSet(description, config.dataRoot()));
    }
    preflight.check("trainer", () -> trainer(config));
    preflight.check("free disk", () -> disk(config.home()));
    preflight.check("connection", () -> connection(config, clock));
    return List.copyOf(preflight.checks);
  }

  private void check(String name, Callable<String> what) {
    try {
      checks.add(new Check(name, true, what.call()));
    } catch (Exception failure) {
      checks.add(new Check(name, false, String.valueOf(failure.getMessage())));
    }
  }

  private static String site(AgentConfig config, Clock clock) {
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    String name =
        site.tls(Role.AGENT, config.leafLife(), clock)
            .currentChain()
            .get(0)
            .getNotAfter()
            .toInstant()
            .toString();
    return "alliance '" + site.genesis().roster().alliance() + "', leaf certificate until " + name;
  }

  private static String coordinator(AgentConfig config) {
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    RosterEntry entry = Agent.coordinator(config, site.genesis().roster(), "genesis");
    return "%s, %s, controlled from %s"
        .formatted(entry.dnsName(), entry.country(), entry.controllingCountry());
  }

  private static String dataRoot(AgentConfig config) throws IOException {
    if (!Files.isDirectory(config.dataRoot())) {
      throw new IOException(
          "data-root " + config.dataRoot() + " is no directory: check the agent's file");
    }
    DataOwner.check(config);
    return config.dataRoot().toString();
  }

  private static String dataSet(Path description, Path dataRoot) {
    DataSet data = DataSet.load(description, dataRoot);
    return "'%s', %s training and %s test rows, all valid%s"
        .formatted(
            data.name(),
            data.trainRows(),
            data.testRows(),
            data.warnings().stream().map(warning -> ". Warning: " + warning).collect(joining()));
  }

  /** Starts one, on the first data set, and ends it: libraries, memory and class path are tried. */
  private static String trainer(AgentConfig config) throws TrainerFailedException {
    TrainerLaunch launch = TrainerLaunch.of(config.trainer(), config.home());
    Path java = Path.of(launch.command().get(0));
    if (java.isAbsolute() && !Files.isExecutable(java)) {
      throw new IllegalArgumentException(
          java + " cannot be run: check trainer.java or trainer.command");
    }
    Path classPath = launch.classPath();
    if (config.trainer().command().isEmpty()
        && (classPath == null || !Files.isDirectory(classPath))) {
      throw new IllegalArgumentException(
          "trainer.class-path %s is no folder: it is lib/trainer of the installed archive"
              .formatted(classPath));
    }
    launch.requireUsableCache();
    String line = String.join(" ", launch.command());
    if (config.dataSets().isEmpty()) {
      return line + ", not started: there is no data set to start it with";
    }
    DataSet data = DataSet.load(config.dataSets().get(0), config.dataRoot());
    Trainer.start(launch, trial(data, config), data, config.trainer().startLimit()).close();
    return line + ", started on data set '" + data.name() + "'";
  }

  /** The smallest model for a data set. */
  private static JobSpec trial(DataSet data, AgentConfig config) {
    boolean two = data.classes() == 2;
    return JobSpec.newBuilder()
        .setJob("preflight")
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(data.inputs())
                .addLayers(
                    DenseLayer.newBuilder()
                        .setUnits(two ? 1 : data.classes())
                        .setActivation(two ? Activation.SIGMOID : Activation.SOFTMAX))
                .setLoss(two ? Loss.BINARY_CROSS_ENTROPY : Loss.CROSS_ENTROPY)
                .setFloatType(FloatType.FLOAT32))
        .setPlan(
            TrainingPlan.newBuilder()
                .setOptimizer(Optimizer.SGD)
                .setLearningRate(0.1)
                .setLocalEpochs(1))
        .setTrainerMemoryMib(Math.min(TRIAL_MEMORY_MIB, config.trainer().maxMemoryMib()))
        .build();
  }

  private static String disk(Path home) throws IOException {
    if (!Files.isWritable(home) || Files.getFileStore(home).isReadOnly()) {
      throw new IOException(home + " cannot be written: the agent keeps its state there");
    }
    long free = Files.getFileStore(home).getUsableSpace();
    if (free < FREE_BYTES) {
      throw new IOException(
          "%s MiB free below %s: make room for at least %s"
              .formatted(free >> 20, home, FREE_BYTES >> 20));
    }
    return (free >> 20) + " MiB free";
  }

  /** The handshake with the coordinator of the genesis, as this agent, and one question. */
  private static String connection(AgentConfig config, Clock clock) throws IOException {
    String address = config.coordinatorHost() + ":" + config.coordinatorPort();
    Site site = Site.open(config.home(), config.genesis(), new MemberId(config.name()));
    RosterEntry coordinator =
        site.genesis()
            .roster()
            .find(new MemberId(config.coordinatorName()))
            .orElseThrow(
                () -> new IOException("'" + config.coordinatorName() + "' is not in the genesis"));
    RosterChain known = new RostersFile(config.home()).read(site.genesis());
    List<String> notTaken = new ArrayList<>();
    Crls crls =
        Crls.NONE.withAll(
            CrlFile.inHome(config.home()),
            known,
            clock.instant(),
            refused -> notTaken.add(CrlFile.NAME + ": " + refused.getMessage()));
    ManagedChannel channel =
        Agent.channel(
            config,
            clock,
            site,
            site.tls(Role.AGENT, config.leafLife(), clock, () -> known),
            coordinator,
            () -> InForce.of(known, crls));
    try {
      StatusReply reply =
          OperationsGrpc.newBlockingStub(channel)
              .withDeadlineAfter(CONNECT_SECONDS, TimeUnit.SECONDS)
              .status(StatusRequest.getDefaultInstance());
      Instant theirs = Instant.ofEpochMilli(reply.getUnixMillis());
      String apart = Clocks.apart(clock.instant(), theirs);
      return "%s is '%s', and takes this agent's certificate; the clocks are %s s apart%s%s"
          .formatted(
              address,
              config.coordinatorName(),
              Duration.between(theirs, clock.instant()).abs().toSeconds(),
              apart.isEmpty() ? "" : ". Warning: " + apart,
              notTaken.stream().map(list -> ". Warning: " + list).collect(joining()));
    } catch (StatusRuntimeException failure) {
      throw new IOException(address + ": " + Reasons.of(failure, clock), failure);
    } finally {
      channel.shutdownNow();
    }
  }
}

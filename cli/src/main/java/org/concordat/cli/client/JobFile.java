package org.concordat.cli.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.TrainingPlan;
import org.concordat.secureagg.Digest;

/** A job as people write it. */
public final class JobFile {
  private static final long MAX_SEED = Long.MAX_VALUE;
  private static final Pattern CONTRACT_NAME = Pattern.compile("\\b[a-z]+(_[a-z0-9]+)+\\b");
  private static final double HUGE = 1e12;

  private enum ActivationName {
    IDENTITY,
    SIGMOID,
    TANH,
    RELU,
    SOFTMAX
  }

  private enum LossName {
    BINARY_CROSS_ENTROPY,
    CROSS_ENTROPY,
    MEAN_SQUARED_ERROR
  }

  private enum OptimizerName {
    SGD,
    ADAM
  }

  private enum FloatName {
    FLOAT32,
    FLOAT64
  }

  private JobFile() {}

  /**
   * Reads a job; reports every mistake at once, with file and line where the file has one.
   *
   * @throws org.concordat.config.Problems.InvalidConfigurationException if there is a mistake
   */
  public static JobSpec read(Path file) {
    Section root = Yaml.read(file);
    JobSpec spec = spec(root);
    root.done();
    if (root.problems().isEmpty()) {
      JobSpecs.problems(spec).forEach(problem -> root.problems().add(1, asInTheFile(problem)));
    }
    root.problems().throwIfAny();
    return spec;
  }

  /** The contract writes {@code max_weight} where the file writes {@code max-weight}. */
  private static String asInTheFile(String problem) {
    return CONTRACT_NAME.matcher(problem).replaceAll(name -> name.group().replace('_', '-'));
  }

  private static JobSpec spec(Section root) {
    String job = root.text("job");
    return JobSpec.newBuilder()
        .setJob(job)
        .setTitle(root.text("title", ""))
        .setPurpose(root.text("purpose"))
        .setClause(root.text("clause", ""))
        .setDataSet(root.text("data-set"))
        .setDataClass(root.text("data-class"))
        .setRounds((int) root.integer("rounds", 1, JobSpecs.MAX_ROUNDS, null))
        .setModel(model(root.section("model")))
        .setPlan(plan(root.section("plan")))
        .setServerLearningRate(root.number("server-learning-rate", 0, 10, 1.0))
        .setSecureAggregation(protection(root.section("secure-aggregation")))
        .setInitialSeed(root.integer("initial-seed", 0, MAX_SEED, seedOf(job)))
        .setDeadlineSeconds((int) root.integer("deadline-seconds", 1, 7 * 24 * 3600, 600L))
        .setTrainerMemoryMib((int) root.integer("trainer-memory-mib", 64, 1 << 20, 1024L))
        .addAllMembers(root.texts("members"))
        .setWaitForAll(root.flag("wait-for-all", false))
        .build();
  }

  private static ModelSpec model(Section section) {
    ModelSpec.Builder model =
        ModelSpec.newBuilder()
            .setInputs((int) section.integer("inputs", 1, JobSpecs.MAX_UNITS, null))
            .setLoss(Loss.valueOf(section.choice("loss", LossName.class, null).name()))
            .setFloatType(
                FloatType.valueOf(
                    section.choice("float-type", FloatName.class, FloatName.FLOAT64).name()));
    List<Section> layers = section.sections("layers");
    if (layers.isEmpty()) {
      section.problems().add(section.line("layers"), "'model.layers' needs at least one layer");
    }
    for (Section layer : layers) {
      model.addLayers(
          DenseLayer.newBuilder()
              .setUnits((int) layer.integer("units", 1, JobSpecs.MAX_UNITS, null))
              .setActivation(
                  Activation.valueOf(
                      layer.choice("activation", ActivationName.class, null).name())));
      layer.done();
    }
    section.done();
    return model.build();
  }

  private static TrainingPlan plan(Section section) {
    TrainingPlan plan =
        TrainingPlan.newBuilder()
            .setOptimizer(
                Optimizer.valueOf(
                    section.choice("optimizer", OptimizerName.class, OptimizerName.SGD).name()))
            .setLearningRate(section.number("learning-rate", 0, 100, null))
            .setLocalEpochs((int) section.integer("local-epochs", 1, 10_000, 1L))
            .setBatchSize((int) section.integer("batch-size", 0, 1 << 24, 0L))
            .setL2(section.number("l2", 0, 100, 0.0))
            .setSeed(section.integer("seed", 0, MAX_SEED, 1L))
            .build();
    section.done();
    return plan;
  }

  private static SecureAggregationPlan protection(Section section) {
    SecureAggregationPlan plan =
        SecureAggregationPlan.newBuilder()
            .setColluders((int) section.integer("colluders", 0, 255, null))
            .setQuantisationBits((int) section.integer("quantisation-bits", 2, 24, 16L))
            .setWireBits((int) section.integer("wire-bits", 0, 32, 0L))
            .setClipNormL2(section.number("clip-norm-l2", 0, HUGE, null))
            .setCoordinateBound(section.number("coordinate-bound", 0, HUGE, null))
            .setMaxWeight(section.number("max-weight", 0, HUGE, null))
            .build();
    section.done();
    return plan;
  }

  /**
   * The seed of the initial model where the file gives none: from the job's name, so that the same
   * job again is the same job and another one starts from another model.
   */
  private static long seedOf(String job) {
    byte[] digest = Digest.sha256(job.getBytes(StandardCharsets.UTF_8)).bytes();
    return Math.floorMod(ByteBuffer.wrap(digest).getLong(), MAX_SEED);
  }
}

package org.concordat.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.TrainingPlan;

/**
 * The bounds of a job on the wire; coordinator and agents both check them before anything else is
 * done with it.
 */
public final class JobSpecs {
  /** Layers of a model. */
  public static final int MAX_LAYERS = 64;

  /** Units of a layer, and inputs of a model. */
  public static final int MAX_UNITS = 65_536;

  /** Rounds of a job. */
  public static final int MAX_ROUNDS = 100_000;

  /** Parameters of a model: a flat vector and its float64 encoding must each fit one Java array. */
  public static final long MAX_PARAMETERS = 200_000_000;

  /**
   * Of the longest update that the coordinate bound allows, {@code bound · √m}, the clip norm may
   * be this much: uniform noise within the bound has 0.58 of it, and must be told from updates.
   */
  public static final double CLIP_SHARE = 0.75;

  /** Values that travel with an update: loss and accuracy of its base. */
  private static final int METRICS = 2;

  /** A float32 parameter in a trainer: model, gradient, what came in, what goes out. */
  private static final int TRAINER_BYTES = 16;

  private static final String TOKEN = "[a-z0-9][a-z0-9-]{0,62}";

  private JobSpecs() {}

  /**
   * What is wrong with a job, every mistake at once, each naming field, value and bound.
   *
   * @return empty where it is well-formed
   */
  public static List<String> problems(JobSpec spec) {
    List<String> found = new ArrayList<>();
    matches(
        found, "job", spec.getJob(), TOKEN, "lower-case letters, digits and hyphens, at most 63");
    matches(
        found,
        "data_set",
        spec.getDataSet(),
        TOKEN,
        "lower-case letters, digits and hyphens, at most 63");
    matches(
        found,
        "purpose",
        spec.getPurpose(),
        TOKEN,
        "lower-case letters, digits and hyphens, at most 63");
    matches(
        found,
        "data_class",
        spec.getDataClass(),
        TOKEN,
        "lower-case letters, digits and hyphens, at most 63");
    if (!spec.getClause().isEmpty()) {
      matches(
          found,
          "clause",
          spec.getClause(),
          TOKEN,
          "lower-case letters, digits and hyphens, at most 63");
    }
    if (spec.getTitle().length() > 200) {
      found.add("title has " + spec.getTitle().length() + " characters: at most 200");
    }
    range(found, "rounds", spec.getRounds(), 1, MAX_ROUNDS);
    range(found, "deadline_seconds", spec.getDeadlineSeconds(), 1, 7 * 24 * 3600);
    range(found, "trainer_memory_mib", spec.getTrainerMemoryMib(), 64, 1 << 20);
    above(found, "server_learning_rate", spec.getServerLearningRate(), 10);
    if (new HashSet<>(spec.getMembersList()).size() != spec.getMembersCount()) {
      found.add("members names one twice: " + spec.getMembersList());
    }
    model(found, spec.getModel());
    plan(found, spec.getPlan());
    secureAggregation(found, spec.getSecureAggregation());
    if (found.isEmpty()) {
      together(found, spec);
    }
    return found;
  }

  /** Whether a job can be called so; then it is a file's name on any system, too. */
  public static boolean isJobName(String name) {
    return name.matches(TOKEN);
  }

  /** The parameters of a model whose layers have no {@link #problems}. */
  public static int parameters(ModelSpec model) {
    return (int) parametersAsLong(model);
  }

  /** The units per layer. */
  public static List<Integer> units(ModelSpec model) {
    return model.getLayersList().stream().map(DenseLayer::getUnits).toList();
  }

  private static long parametersAsLong(ModelSpec model) {
    long total = 0;
    long in = model.getInputs();
    for (DenseLayer layer : model.getLayersList()) {
      total += (in + 1) * layer.getUnits();
      in = layer.getUnits();
    }
    return total;
  }

  private static void model(List<String> found, ModelSpec model) {
    int before = found.size();
    range(found, "model.inputs", model.getInputs(), 1, MAX_UNITS);
    range(found, "model.layers", model.getLayersCount(), 1, MAX_LAYERS);
    for (int i = 0; i < model.getLayersCount(); i++) {
      DenseLayer layer = model.getLayers(i);
      range(found, "model.layers[" + i + "].units", layer.getUnits(), 1, MAX_UNITS);
      if (layer.getActivation() == Activation.ACTIVATION_UNSPECIFIED
          || layer.getActivation() == Activation.UNRECOGNIZED) {
        found.add(
            "model.layers["
                + i
                + "].activation is unknown: identity, sigmoid, tanh, relu or softmax");
      }
    }
    if (model.getLoss() == Loss.LOSS_UNSPECIFIED || model.getLoss() == Loss.UNRECOGNIZED) {
      found.add("model.loss is unknown: binary-cross-entropy, cross-entropy or mean-squared-error");
    }
    if (model.getFloatType() != FloatType.FLOAT32 && model.getFloatType() != FloatType.FLOAT64) {
      found.add("model.float_type is unknown: float32 or float64");
    }
    if (found.size() > before) {
      return;
    }
    if (parametersAsLong(model) > MAX_PARAMETERS) {
      found.add("model has " + parametersAsLong(model) + " parameters: at most " + MAX_PARAMETERS);
    }
    DenseLayer output = model.getLayers(model.getLayersCount() - 1);
    if (model.getLoss() == Loss.BINARY_CROSS_ENTROPY
        && (output.getUnits() != 1 || output.getActivation() != Activation.SIGMOID)) {
      found.add("model.loss binary-cross-entropy needs a last layer of one sigmoid unit");
    }
    if (model.getLoss() == Loss.CROSS_ENTROPY
        && (output.getUnits() < 2 || output.getActivation() != Activation.SOFTMAX)) {
      found.add("model.loss cross-entropy needs a last layer of two or more softmax units");
    }
  }

  private static void plan(List<String> found, TrainingPlan plan) {
    if (plan.getOptimizer() != Optimizer.SGD && plan.getOptimizer() != Optimizer.ADAM) {
      found.add("plan.optimizer is unknown: sgd or adam");
    }
    above(found, "plan.learning_rate", plan.getLearningRate(), 100);
    range(found, "plan.local_epochs", plan.getLocalEpochs(), 1, 10_000);
    range(found, "plan.batch_size", plan.getBatchSize(), 0, 1 << 24);
    if (!(plan.getL2() >= 0 && plan.getL2() <= 100)) {
      found.add("plan.l2 is " + plan.getL2() + ": 0 to 100");
    }
  }

  private static void secureAggregation(List<String> found, SecureAggregationPlan plan) {
    range(found, "secure_aggregation.colluders", plan.getColluders(), 0, 255);
    range(found, "secure_aggregation.quantisation_bits", plan.getQuantisationBits(), 2, 24);
    if (plan.getWireBits() != 0
        && plan.getWireBits() != 16
        && plan.getWireBits() != 24
        && plan.getWireBits() != 32) {
      found.add(
          "secure_aggregation.wire_bits is "
              + plan.getWireBits()
              + ": 16, 24 or 32, or 0 for the smallest that fits");
    }
    above(found, "secure_aggregation.clip_norm_l2", plan.getClipNormL2(), 1e12);
    above(found, "secure_aggregation.coordinate_bound", plan.getCoordinateBound(), 1e12);
    above(found, "secure_aggregation.max_weight", plan.getMaxWeight(), 1e12);
  }

  /** Terms that are in bounds each and make no sense together. */
  private static void together(List<String> found, JobSpec spec) {
    SecureAggregationPlan sums = spec.getSecureAggregation();
    if (sums.getCoordinateBound() > sums.getClipNormL2()) {
      found.add(
          "secure_aggregation.coordinate_bound "
              + sums.getCoordinateBound()
              + " is above clip_norm_l2 "
              + sums.getClipNormL2()
              + ": no value of an update can be larger than the update is long");
    }
    double longest =
        CLIP_SHARE
            * sums.getCoordinateBound()
            * Math.sqrt(parametersAsLong(spec.getModel()) + METRICS);
    if (sums.getClipNormL2() > longest) {
      found.add(
          String.format(
              Locale.ROOT,
              "secure_aggregation.clip_norm_l2 is %s: at most %.4g, %s of coordinate_bound %s times the"
                  + " root of the update's length, or the check of the sum's norm would mean"
                  + " nothing. Next: a smaller clip_norm_l2 or a larger coordinate_bound",
              sums.getClipNormL2(),
              longest,
              CLIP_SHARE,
              sums.getCoordinateBound()));
    }
    long bytes =
        parametersAsLong(spec.getModel())
            * (spec.getModel().getFloatType() == FloatType.FLOAT64 ? 2 : 1)
            * TRAINER_BYTES;
    long mib = (bytes >> 20) + 1;
    if (mib > spec.getTrainerMemoryMib()) {
      found.add(
          "trainer_memory_mib is "
              + spec.getTrainerMemoryMib()
              + ": a model of "
              + parametersAsLong(spec.getModel())
              + " parameters needs "
              + mib
              + " MiB at the very least, and several times that in practice");
    }
    if (spec.getMembersCount() > 0 && sums.getColluders() >= spec.getMembersCount()) {
      found.add(
          "secure_aggregation.colluders is "
              + sums.getColluders()
              + " of "
              + spec.getMembersCount()
              + " members: fewer than there are");
    }
  }

  private static void range(List<String> found, String field, long value, long min, long max) {
    if (value < min || value > max) {
      found.add(field + " is " + value + ": " + min + " to " + max);
    }
  }

  private static void above(List<String> found, String field, double value, double max) {
    if (!(value > 0 && value <= max)) {
      found.add(field + " is " + value + ": above 0, at most " + max);
    }
  }

  private static void matches(
      List<String> found, String field, String value, String pattern, String expected) {
    if (!value.matches(pattern)) {
      found.add(
          field
              + " is '"
              + (value.length() > 80 ? value.substring(0, 80) + "…" : value)
              + "': expected "
              + expected);
    }
  }
}

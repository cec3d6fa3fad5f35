package org.concordat.cli.command;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.protocol.v1.TrainingPlan;

/** A whole job as a person reads it before answering: label and text. */
final class JobText {
  private JobText() {}

  /** The job in a signed envelope, whose digest was checked before. */
  static JobSpec read(byte[] sealed) throws InvalidProtocolBufferException {
    return JobSpec.parseFrom(
        Envelope.parseFrom(SignedEnvelope.parseFrom(sealed).getEnvelope()).getPayload());
  }

  /**
   * Everything that the job says.
   *
   * @param members whose updates would be added up
   */
  static Map<String, String> of(JobSpec spec, List<String> members) {
    Map<String, String> lines = new LinkedHashMap<>();
    SecureAggregationPlan plan = spec.getSecureAggregation();
    lines.put("Purpose", spec.getPurpose());
    lines.put("Data class", spec.getDataClass());
    lines.put("Model", model(spec.getModel()));
    lines.put("Training", training(spec.getPlan()));
    lines.put("Rounds", spec.getRounds() + " of training, and one that evaluates the model");
    lines.put(
        "Step of the model", number(spec.getServerLearningRate()) + " times the members' mean");
    lines.put("Each round", "closes after " + spec.getDeadlineSeconds() + " s");
    lines.put("Trainer", "at most " + spec.getTrainerMemoryMib() + " MiB of memory here");
    lines.put(
        "Bounds",
        "an update is cut to length %s and to %s a coordinate; a site weighs at most %s rows"
            .formatted(
                number(plan.getClipNormL2()),
                number(plan.getCoordinateBound()),
                number(plan.getMaxWeight())));
    lines.put(
        "What leaves",
        "one masked vector a round; its sum with the others' opens, unless more than "
            + plan.getColluders()
            + " of the members collude");
    lines.put("Members", String.join(", ", members));
    lines.put(
        "Where results go",
        "the sum and the model of each round to these members; further only as the alliance's"
            + " policy permits (release, export)");
    return lines;
  }

  /** What is another than in an earlier job, each in a sentence. */
  static List<String> changes(Map<String, String> before, Map<String, String> now) {
    List<String> changes = new ArrayList<>();
    now.forEach(
        (label, text) -> {
          String was = before.getOrDefault(label, "");
          if (!was.equals(text)) {
            changes.add(label + ": " + text + " (before: " + was + ")");
          }
        });
    return changes;
  }

  private static String model(ModelSpec model) {
    String layers =
        model.getLayersList().stream()
            .map(layer -> layer.getUnits() + " " + words(layer.getActivation()))
            .collect(Collectors.joining(", "));
    return "%d inputs, layers of %s; %d parameters; loss %s"
        .formatted(model.getInputs(), layers, JobSpecs.parameters(model), words(model.getLoss()));
  }

  private static String training(TrainingPlan plan) {
    return "%s, learning rate %s, %d passes over the rows a round, %s, L2 %s"
        .formatted(
            words(plan.getOptimizer()),
            number(plan.getLearningRate()),
            plan.getLocalEpochs(),
            plan.getBatchSize() == 0 ? "all rows at once" : plan.getBatchSize() + " rows at a time",
            number(plan.getL2()));
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.concordat.cli.text.Terminal;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.protocol.v1.RegionSummary;
import org.concordat.protocol.v1.RoundSummary;

/**
 * Summaries from the coordinator as JSON; the names are those of {@code docs/cli.md} and never
 * change.
 */
final class Views {
  private Views() {}

  static ObjectNode job(JobSummary job) {
    ObjectNode json =
        Terminal.object()
            .put("job", job.getJob())
            .put("title", job.getTitle())
            .put("state", job.getState())
            .put("reason", job.getReason())
            .put("waitingFor", job.getWaitingFor())
            .put("rounds", job.getRounds())
            .put("roundsInAll", job.getRounds() + 1)
            .put("roundsCommitted", job.getRoundsCommitted());
    json.set("members", texts(job.getMembersList()));
    json.set("refusals", texts(job.getRefusalsList()));
    json.set("memberReasons", texts(job.getMemberReasonsList()));
    json.set("remarks", texts(job.getRemarksList()));
    return json;
  }

  static ObjectNode round(RoundSummary round) {
    ObjectNode json =
        Terminal.object()
            .put("job", round.getJob())
            .put("round", round.getRound())
            .put("attempt", round.getAttempt() + 1)
            .put("kind", round.getKind())
            .put("phase", round.getPhase())
            .put("waitingFor", round.getWaitingFor());
    json.set("uploaded", texts(round.getUploadedList()));
    json.set("survivors", texts(round.getSurvivorsList()));
    json.set("dropped", texts(round.getDroppedList()));
    json.set("reasons", texts(round.getReasonsList()));
    ArrayNode regions = json.putArray("regions");
    for (RegionSummary region : round.getRegionsList()) {
      ObjectNode one =
          regions
              .addObject()
              .put("region", region.getRegion())
              .put("partialSum", region.getPartialSum());
      one.set("members", texts(region.getMembersList()));
    }
    json.put("modelIn", round.getModelIn()).put("modelOut", round.getModelOut());
    number(json, "loss", round.getLoss());
    number(json, "accuracy", round.getAccuracy());
    return json.put("totalWeight", round.getTotalWeight())
        .put("uploadBytes", round.getUploadBytes())
        .put("startedMillis", round.getStartedMillis())
        .put("endedMillis", round.getEndedMillis())
        .put("reason", round.getReason())
        .put("cohort", round.getCohort())
        .put("cohorts", round.getCohorts())
        .put("cohortSize", round.getCohortSize())
        .put("colluders", round.getColluders())
        .put("leastSurvivors", round.getLeastSurvivors());
  }

  static ObjectNode model(ModelSummary model) {
    ObjectNode json =
        Terminal.object()
            .put("job", model.getJob())
            .put("version", model.getVersion())
            .put("digest", model.getDigest())
            .put("stateDigest", model.getStateDigest())
            .put("parameters", model.getParameters())
            .put("round", model.getRound())
            .put("signatures", model.getSignatures())
            .put("publishedMillis", model.getPublishedMillis())
            .put("clause", model.getClause())
            .put("agreementDigest", model.getAgreementDigest());
    number(json, "accuracy", model.getAccuracy());
    number(json, "loss", model.getLoss());
    return json;
  }

  /** JSON has no NaN: what is unknown is null. */
  private static void number(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }

  private static ArrayNode texts(List<String> items) {
    ArrayNode array = Terminal.array();
    items.forEach(array::add);
    return array;
  }
}

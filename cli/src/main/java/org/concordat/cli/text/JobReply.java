package org.concordat.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a coordinator says to a job, for people, from what {@code job submit} prints as JSON. */
public final class JobReply {
  private JobReply() {}

  /** Each member's answer, what protects it, and notes; not yet whether the job is accepted. */
  public static List<String> lines(JsonNode reply) {
    List<String> lines = new ArrayList<>();
    for (JsonNode decision : reply.path("decisions")) {
      String member = decision.path("member").asText() + ":";
      String explanation = decision.path("explanation").asText().strip();
      String named = explanation.startsWith(member) ? explanation : member + " " + explanation;
      lines.add(
          (decision.path("allowed").asBoolean() ? "yes  " : "NO   ")
              + named.replace("\n", "\n       "));
    }
    String guarantee = reply.path("guarantee").asText();
    if (!guarantee.isEmpty()) {
      lines.add("");
      lines.add("Protection: " + guarantee);
      lines.add(
          String.format(
              Locale.ROOT,
              "Quantisation: %d bits a coordinate on the wire, expected relative error of the mean update %.2e, one step is %.3g in units of the update",
              reply.path("wireBits").asInt(),
              reply.path("relativeError").asDouble(),
              reply.path("quantisationStep").asDouble()));
    }
    reply.path("notes").forEach(note -> lines.add("Note: " + note.asText()));
    return lines;
  }
}

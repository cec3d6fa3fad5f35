package org.concordat.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes over what RoundSpeed measured with real agent processes. */
final class AgentRounds {
  private AgentRounds() {}

  static void read(Report report, Path file) throws IOException {
    if (!Files.exists(file) || Files.size(file) == 0) {
      report.detail(file.getFileName().toString(), "RoundSpeed failed: see stderr");
      return;
    }
    JsonNode result = new ObjectMapper().readTree(Files.readString(file));
    int agents = result.get("agents").asInt();
    double[] seconds = new double[result.get("seconds").size()];
    for (int i = 0; i < seconds.length; i++) {
      seconds[i] = result.get("seconds").get(i).asDouble();
    }
    if (seconds.length > 0 && (agents == 4 || agents == 16)) {
      report.figure(agents == 4 ? Goal.ROUND_N4 : Goal.ROUND_N16, new Samples(seconds));
    }
    report.detail("agentProcessesN" + agents, result);
  }
}

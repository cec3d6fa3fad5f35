package org.concordat.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the signed log says of a job.
 *
 * @param members who consented
 * @param roundsCommitted training rounds whose model was released and whose end was logged
 * @param dropped members without whom a round committed
 * @param rejoined those of them that took part in a later round
 */
record LogFacts(
    List<String> members, int roundsCommitted, List<String> dropped, List<String> rejoined) {

  /** From the lines of {@code audit query --job JOB --output json}. */
  static LogFacts read(String lines) throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    Set<String> members = new TreeSet<>();
    Map<String, Set<String>> survivors = new HashMap<>();
    Map<Long, Set<String>> rounds = new TreeMap<>();
    Set<Long> training = new LinkedHashSet<>();
    for (String line : lines.split("\n")) {
      JsonNode entry =
          line.isBlank() ? mapper.createObjectNode() : mapper.readTree(line).path("entry");
      String attempt = entry.path("round").asText() + "/" + entry.path("attempt").asText();
      JsonNode details = entry.path("details");
      if (entry.path("type").asText().equals("consent")
          && entry.path("outcome").asText().equals("allow")) {
        members.add(entry.path("actor").asText());
      }
      if (details.has("survivors")) {
        survivors.put(
            attempt, new TreeSet<>(Arrays.asList(details.path("survivors").asText().split(","))));
      }
      if (details.path("phase").asText().equals("COMMITTED")) {
        rounds.put(entry.path("round").asLong(), survivors.getOrDefault(attempt, Set.of()));
        if (details.path("kind").asText().equals("TRAIN")) {
          training.add(entry.path("round").asLong());
        }
      }
    }
    return of(members, rounds, training.size());
  }

  private static LogFacts of(Set<String> members, Map<Long, Set<String>> rounds, int training) {
    Set<String> dropped = new TreeSet<>();
    Set<String> rejoined = new TreeSet<>();
    for (Set<String> survivors : rounds.values()) {
      dropped.stream().filter(survivors::contains).forEach(rejoined::add);
      members.stream().filter(member -> !survivors.contains(member)).forEach(dropped::add);
    }
    return new LogFacts(
        new ArrayList<>(members), training, List.copyOf(dropped), List.copyOf(rejoined));
  }
}

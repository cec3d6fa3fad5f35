package org.concordat.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What was measured. A goal that was not is null in JSON and "not measured" in the table. */
final class Report {
  private final Map<Goal, Samples> figures = new EnumMap<>(Goal.class);
  private final Map<String, Object> details = new LinkedHashMap<>();

  void figure(Goal goal, Samples samples) {
    figures.put(goal, samples);
    Progress.say(goal.key + " " + Figures.text(samples.median()) + " (" + goal.describe() + ")");
  }

  /** Anything else worth printing: a number, a text, a map, or {@link Samples}. */
  void detail(String key, Object value) {
    details.put(key, value instanceof Samples samples ? samples.describe() : value);
  }

  /** One object: every goal's median, then {@code details} with spreads and the rest. */
  String json() throws JsonProcessingException {
    Map<String, Object> out = new LinkedHashMap<>();
    Map<String, Object> spreads = new LinkedHashMap<>();
    for (Goal goal : Goal.values()) {
      Samples samples = figures.get(goal);
      out.put(goal.key, samples == null ? null : Figures.round(samples.median()));
      if (samples != null) {
        Map<String, Object> spread = new LinkedHashMap<>(samples.describe());
        spread.put("goal", goal.describe());
        spread.put("reached", goal.reached(samples.median()));
        spreads.put(goal.key, spread);
      }
    }
    spreads.putAll(details);
    out.put("details", spreads);
    return new ObjectMapper().writeValueAsString(out);
  }

  String table() {
    StringBuilder out = new StringBuilder();
    line(out, "figure", "median", "smallest", "largest", "goal", "");
    for (Goal goal : Goal.values()) {
      Samples samples = figures.get(goal);
      if (samples == null) {
        line(out, goal.key, "not measured", "", "", goal.describe(), "");
      } else {
        line(
            out,
            goal.key,
            Figures.text(samples.median()),
            Figures.text(samples.min()),
            Figures.text(samples.max()),
            goal.describe(),
            goal.reached(samples.median()) ? "reached" : "MISSED");
      }
    }
    out.append('\n');
    details.forEach((key, value) -> out.append(key).append(": ").append(value).append('\n'));
    return out.toString();
  }

  private static void line(StringBuilder out, String... cells) {
    out.append(String.format(Locale.ROOT, "%-28s %12s %12s %12s  %-16s %s%n", (Object[]) cells));
  }
}

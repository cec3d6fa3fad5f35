package org.concordat.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.text.Terminal;

/** One entry whole, for people who have never seen one: every field, a line each. */
final class EntryText {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int WIDTH = 11;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private EntryText() {}

  /** What the entry says. */
  static List<String> lines(long index, AuditEntry entry) {
    List<String> lines = new ArrayList<>();
    line(lines, "Entry", String.valueOf(index));
    line(lines, "Id", entry.id());
    line(lines, "When", TIME.format(entry.time()));
    line(lines, "What", entry.type().text() + ": " + meaning(entry.type()));
    line(lines, "Outcome", entry.outcome().text());
    line(lines, "Who", entry.actor());
    line(lines, "To what", entry.subject());
    entry.alliance().ifPresent(name -> line(lines, "Alliance", name));
    entry.job().ifPresent(name -> line(lines, "Job", name));
    entry.round().ifPresent(number -> line(lines, "Round", String.valueOf(number)));
    entry.attempt().stream()
        .filter(number -> number > 0)
        .forEach(number -> line(lines, "Retry", String.valueOf(number)));
    pairs(lines, "Details", entry.details());
    pairs(lines, "SHA-256 of", entry.digests());
    return lines;
  }

  /** What was proved of it, and who has seen that. */
  static List<String> proof(WitnessedHead head) {
    List<String> lines = new ArrayList<>();
    line(
        lines,
        "Proved",
        "it is among the first "
            + head.checkpoint().size()
            + " entries of "
            + head.checkpoint().origin()
            + ", as the log's key signed");
    line(lines, "Root", head.checkpoint().root().hex());
    if (head.witnesses().isEmpty()) {
      line(lines, "Witnesses", "none: no member's cosignature is on this root");
    }
    String label = "Witnesses";
    for (Map.Entry<String, Instant> witness : new TreeMap<>(head.witnesses()).entrySet()) {
      line(lines, label, witness.getKey() + " at " + TIME.format(witness.getValue()));
      label = "";
    }
    return lines;
  }

  static ObjectNode json(long index, AuditEntry entry) {
    ObjectNode json = Terminal.object().put("index", index);
    try {
      json.set("entry", MAPPER.readTree(entry.json()));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("an entry's own JSON cannot be read", impossible);
    }
    return json;
  }

  /** Adds what was proved. */
  static ObjectNode proof(ObjectNode json, WitnessedHead head) {
    json.put("proved", true)
        .put("origin", head.checkpoint().origin())
        .put("size", head.checkpoint().size())
        .put("root", head.checkpoint().root().hex());
    ObjectNode by = json.putObject("witnesses");
    new TreeMap<>(head.witnesses()).forEach((name, time) -> by.put(name, time.toString()));
    return json;
  }

  private static void line(List<String> lines, String label, String value) {
    lines.add(label + " ".repeat(WIDTH - label.length()) + value);
  }

  private static void pairs(List<String> lines, String label, Map<String, String> pairs) {
    String first = label;
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      line(lines, first, pair.getKey() + ": " + pair.getValue());
      first = "";
    }
  }

  /** The same as in {@link EntryType}, for who does not read Java. */
  private static String meaning(EntryType type) {
    return switch (type) {
      case ACCESS -> "somebody asked for something, and was allowed or denied";
      case ENROLMENT -> "a participant was invited, enrolled, suspended or removed";
      case CONSENT -> "a member agreed to a job, or refused it";
      case DATASET -> "which data a member uses in a job, by digest";
      case PHASE -> "a round changed its phase";
      case DECISION -> "the alliance's policy was evaluated";
      case JOB -> "a job was submitted, started, finished or aborted";
      case EPOCH -> "keys of secure aggregation were agreed on or closed";
      case ROSTER -> "a new version of the members' roster";
      case POLICY -> "a policy version was signed or published";
      case MODEL_RELEASE -> "a model version was published or exported";
      case CERTIFICATE -> "a certificate was issued or revoked";
      case SYSTEM -> "a program started, stopped, recovered or raised an alarm";
    };
  }
}

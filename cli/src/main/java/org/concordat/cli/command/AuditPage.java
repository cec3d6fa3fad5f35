package org.concordat.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;

/** Entries of the audit log as they are printed, up to a limit; its end is never silent. */
final class AuditPage {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String INDENT = "    ";
  private static final String EXPLANATION = "explanation";

  private final Terminal terminal;
  private final int limit;
  private int shown;
  private long last;
  private boolean more;

  AuditPage(Terminal terminal, int limit) {
    this.terminal = terminal;
    this.limit = limit;
  }

  /** Prints an entry, or only notes that there is one beyond the limit. */
  void add(long index, String text) {
    if (shown == limit) {
      more = true;
      return;
    }
    shown++;
    last = index;
    JsonNode entry = parse(text);
    ObjectNode json = Terminal.object().put("index", index);
    json.set("entry", entry);
    terminal.value(json);
    if (!terminal.json()) {
      lines(index, entry).forEach(terminal::line);
    }
  }

  /** Says whether there is more, or nothing at all; on stderr, since it is no entry. */
  void end() {
    if (shown == 0) {
      terminal.note("No entry matches.");
    } else if (more) {
      terminal.note(
          shown + " entries, and there are more. Next: the same with --after " + last + ".");
    }
  }

  /** An entry for people: everything that it holds but its id and the alliance. */
  static List<String> lines(long index, JsonNode entry) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.join(
            "  ",
            String.valueOf(index),
            entry.path("time").asText(),
            entry.path("type").asText(),
            entry.path("outcome").asText(),
            entry.path("actor").asText() + " -> " + subject(entry) + where(entry)));
    List<String> details = new ArrayList<>();
    for (Map.Entry<String, JsonNode> detail : entry.path("details").properties()) {
      if (!detail.getKey().equals(EXPLANATION)) {
        details.add(words(detail.getKey()) + ": " + detail.getValue().asText());
      }
    }
    if (!details.isEmpty()) {
      lines.add(INDENT + String.join("; ", details).replace("\n", "\n" + INDENT));
    }
    String explanation = entry.path("details").path(EXPLANATION).asText();
    if (!explanation.isEmpty()) {
      lines.add(INDENT + explanation.replace("\n", "\n" + INDENT));
    }
    for (Map.Entry<String, JsonNode> digest : entry.path("digests").properties()) {
      lines.add(INDENT + words(digest.getKey()) + " " + digest.getValue().asText());
    }
    return lines;
  }

  /** What was called, in words: {@code concordat.v1.Operations/SubmitJob} is "submit job". */
  private static String subject(JsonNode entry) {
    String subject = entry.path("subject").asText();
    return entry.path("type").asText().equals("access")
        ? words(subject.substring(subject.indexOf('/') + 1))
        : subject;
  }

  private static String where(JsonNode entry) {
    if (!entry.has("job")) {
      return "";
    }
    String round = entry.has("round") ? " round " + entry.get("round").asText() : "";
    long attempt = entry.path("attempt").asLong();
    return " ["
        + entry.get("job").asText()
        + round
        + (attempt > 0 ? ", retry " + attempt : "")
        + "]";
  }

  private static String words(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  private static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "an entry of the log is not JSON",
          "run 'concordat audit verify' on a copy",
          malformed);
    }
  }
}

package org.concordat.cli.lineage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LoggedEntry;

/** A lineage as JSON, the same for the same entries, and in lines for people. */
public final class LineageText {
  private LineageText() {}

  /** All of it. */
  public static ObjectNode json(Lineage lineage) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("job", lineage.job()).put("version", lineage.version()).put("model", lineage.model());
    json.put("proposedBy", lineage.proposal().by())
        .put("spec", lineage.proposal().spec())
        .put("purpose", lineage.proposal().purpose())
        .put("dataSet", lineage.proposal().dataSet())
        .put("clause", lineage.proposal().clause());
    ArrayNode members = json.putArray("members");
    lineage
        .members()
        .forEach(
            (member, versions) -> {
              ArrayNode data = members.addObject().put("member", member).putArray("data");
              versions.forEach(
                  (digest, rounds) -> {
                    ArrayNode list = data.addObject().put("digest", digest).putArray("rounds");
                    rounds.forEach(list::add);
                  });
            });
    ArrayNode consents = json.putArray("consents");
    lineage.consents().forEach(one -> consent(consents.addObject(), one));
    ArrayNode rounds = json.putArray("rounds");
    lineage.rounds().forEach(round -> round(rounds.addObject(), round));
    ArrayNode entries = json.putArray("entries");
    lineage.used().forEach(one -> entries.add(one.index()));
    ArrayNode missing = json.putArray("missing");
    lineage.missing().forEach(missing::add);
    return json;
  }

  private static void consent(ObjectNode json, LoggedEntry one) {
    AuditEntry entry = one.entry();
    json.put("index", one.index())
        .put("time", entry.time().toString())
        .put("by", entry.actor())
        .put("outcome", entry.outcome().text())
        .put("decidedBy", entry.details().getOrDefault("decidedBy", ""));
  }

  private static void round(ObjectNode json, RoundPart round) {
    json.put("round", round.round()).put("attempt", round.attempt());
    ArrayNode survivors = json.putArray("survivors");
    round.survivors().forEach(survivors::add);
    json.put("model", round.model())
        .put("base", round.base())
        .put("policy", round.policy().digest())
        .put("policyVersion", round.policy().version())
        .put("agreement", round.agreement().digest())
        .put("agreementVersion", round.agreement().version())
        .put("software", round.software())
        .put("entry", round.released());
  }

  /** What people ask first. */
  public static List<String> lines(Lineage lineage) {
    List<String> lines = new ArrayList<>();
    lines.add("Model      " + lineage.job() + " version " + lineage.version());
    lines.add("SHA-256    " + or(lineage.model(), "not in the log"));
    lines.add(
        "Job        proposed by %s for '%s' on data set '%s'"
            .formatted(
                or(lineage.proposal().by(), "?"),
                lineage.proposal().purpose(),
                lineage.proposal().dataSet()));
    lines.add("           signed as " + lineage.proposal().spec());
    lines.add("Clause     " + or(lineage.proposal().clause(), "none: no agreement was in force"));
    document(lines, "Agreement", lineage, RoundPart::agreement);
    document(lines, "Policy", lineage, RoundPart::policy);
    lines.add(
        "Program    "
            + or(
                lineage.rounds().stream()
                    .map(RoundPart::software)
                    .filter(software -> !software.isEmpty())
                    .distinct()
                    .collect(Collectors.joining(", ")),
                "not in the log"));
    lines.add("Rounds     " + ranges(lineage.rounds().stream().map(RoundPart::round).toList()));
    lineage
        .members()
        .forEach(
            (member, versions) ->
                versions.forEach(
                    (digest, rounds) ->
                        lines.add(
                            "Data       of %s, %s, in rounds %s"
                                .formatted(member, or(digest, "not in the log"), ranges(rounds)))));
    lineage.consents().stream()
        .map(LoggedEntry::entry)
        .forEach(
            entry ->
                lines.add(
                    "Answer     %s by %s on %s%s"
                        .formatted(
                            entry.outcome().text(),
                            entry.actor(),
                            entry.time(),
                            decidedBy(entry))));
    lines.add("Entries    " + lineage.used().size() + " of the log");
    lineage.missing().forEach(one -> lines.add("MISSING    " + one));
    return lines;
  }

  private static String decidedBy(AuditEntry entry) {
    String by = entry.details().getOrDefault("decidedBy", "");
    return by.isEmpty() ? "" : " (" + by + ")";
  }

  private static void document(
      List<String> lines,
      String label,
      Lineage lineage,
      Function<RoundPart, RoundPart.Versioned> part) {
    lineage.rounds().stream()
        .map(part)
        .filter(RoundPart.Versioned::isKnown)
        .distinct()
        .forEach(
            one ->
                lines.add(
                    "%-10s %s%s"
                        .formatted(
                            label,
                            one.version().isEmpty() ? "" : "version " + one.version() + ", ",
                            one.digest())));
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  /** Such as {@code 1-3, 5}. */
  static String ranges(List<Long> numbers) {
    List<String> parts = new ArrayList<>();
    int begin = 0;
    for (int i = 1; i <= numbers.size(); i++) {
      if (i == numbers.size() || numbers.get(i) != numbers.get(i - 1) + 1) {
        long first = numbers.get(begin);
        long last = numbers.get(i - 1);
        parts.add(first == last ? String.valueOf(first) : first + "-" + last);
        begin = i;
      }
    }
    return parts.isEmpty() ? "none: it is the initial model" : String.join(", ", parts);
  }
}

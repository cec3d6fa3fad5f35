package org.concordat.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.InclusionProof;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.Verification;
import org.concordat.certs.Genesis;

/** The page of an exported log: plain HTML that needs neither scripts nor a network. */
final class ExportPage {
  static final String FILE = "README.html";
  static final String LOG = "audit-log";
  static final String PROOF = "proof/entry.tlog-proof";
  static final String ENTRY = "proof/entry.json";

  private static final String TEMPLATE = "export.html";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private ExportPage() {}

  /**
   * What the page says of this log.
   *
   * @param witnesses when each member cosigned, by certificate name
   * @param witnessed how many entries they saw; 0 where nobody has
   * @param proof of one entry
   * @param under the head that the proof leads to
   * @param rosters whether later rosters lie beside the genesis
   */
  record Facts(
      Genesis genesis,
      Verification verified,
      Map<String, Instant> witnesses,
      long witnessed,
      TlogProof proof,
      Checkpoint under,
      boolean rosters) {
    Facts {
      witnesses = Map.copyOf(witnesses);
    }
  }

  static String of(Facts facts) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("alliance", facts.genesis().roster().alliance().value());
    values.put("origin", facts.verified().checkpoint().origin());
    values.put("size", String.valueOf(facts.verified().size()));
    values.put("last-index", String.valueOf(facts.verified().size() - 1));
    values.put("first", facts.verified().first().map(TIME::format).orElse("-"));
    values.put("last", facts.verified().last().map(TIME::format).orElse("-"));
    values.put("root", facts.verified().root().hex());
    values.put("log-key", facts.genesis().logVkey().value());
    values.put("genesis", facts.genesis().digest().hex());
    values.put("founded", TIME.format(facts.genesis().created()));
    values.put("witnesses", witnesses(facts));
    values.put(
        "demand", facts.witnesses().isEmpty() ? "" : " --witnesses " + facts.witnesses().size());
    values.put("rosters", facts.rosters() ? " --rosters rosters.json" : "");
    values.put("index", String.valueOf(facts.proof().index()));
    values.put("under", String.valueOf(facts.under().size()));
    values.put("sides", sides(facts));
    String page = template();
    for (Map.Entry<String, String> value : values.entrySet()) {
      page = page.replace("{{" + value.getKey() + "}}", escaped(value.getValue()));
    }
    return page;
  }

  private static String witnesses(Facts facts) {
    return facts.witnesses().isEmpty()
        ? "nobody: no member vouches that this is the only version of the log"
        : "%d members, the first %d entries: "
                .formatted(facts.witnesses().size(), facts.witnessed())
            + new TreeMap<>(facts.witnesses())
                .entrySet().stream()
                    .map(one -> one.getKey() + " (" + TIME.format(one.getValue()) + ")")
                    .collect(Collectors.joining(", "));
  }

  /** Of each hash of the proof, on which side it goes. */
  private static String sides(Facts facts) {
    TlogProof proof = facts.proof();
    return new InclusionProof(proof.index(), facts.under().size(), proof.hashes())
        .lefts().stream().map(left -> left ? "L" : "R").collect(Collectors.joining(" "));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String template() {
    try (InputStream in =
        Objects.requireNonNull(ExportPage.class.getResourceAsStream(TEMPLATE), TEMPLATE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

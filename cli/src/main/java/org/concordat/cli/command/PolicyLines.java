package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.analysis.Limits;
import org.concordat.jurisdictions.analysis.Remarks;

/** A policy as people should read it before they sign it. */
final class PolicyLines {
  private PolicyLines() {}

  /** The policy of a genesis, which was parsed before it was put there. */
  static Policy ofGenesis(byte[] canonical) {
    return Policy.parse(Path.of("the genesis' policy"), canonical);
  }

  static void print(Terminal terminal, Policy policy) {
    terminal.line(
        "Policy '" + policy.name() + "' version " + policy.version() + ", " + policy.digest());
    policy.sentences().forEach(sentence -> terminal.line("  - " + sentence));
    warnings(policy).forEach(terminal::line);
  }

  static void put(ObjectNode json, Policy policy) {
    json.put("policy", policy.name())
        .put("version", policy.version())
        .put("policyDigest", policy.digest().hex());
    policy.sentences().forEach(json.putArray("sentences")::add);
    remarks(policy).forEach(json.putArray("warnings")::add);
  }

  /** What somebody should know before signing it, found for all facts. */
  static List<String> remarks(Policy policy) {
    List<String> remarks = new ArrayList<>(policy.warnings());
    remarks.addAll(Remarks.on(policy, Clock.systemUTC().instant(), Limits.QUICK));
    return remarks;
  }

  private static List<String> warnings(Policy policy) {
    return remarks(policy).stream().map(warning -> "Warning: " + warning + ".").toList();
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.RoundDownload;
import org.concordat.cli.client.RoundSignatures;
import org.concordat.cli.text.Bar;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.RoundSummary;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.Sample;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.cohorts.message.AllianceCheckpoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat round verify}. */
@Command(
    name = "verify",
    description = {
      "Check that the sum of a committed round is what its members uploaded.",
      "First the record: that enough members signed the epoch and the survivors, that every opened"
          + " seed is the one deposited, and that the audit log names this very record, sum and next"
          + " state: with --log in a copy that is verified too, else as the coordinator answers."
          + " Of a round over several cohorts also that enough members of each signed its state."
          + " Then leaves of the sum, each recomputed from the survivors' masked uploads, where the"
          + " policy lets you hold them. The coordinator keeps uploads of the last rounds only."
    },
    footer = {
      "",
      "Example:",
      "  concordat round verify breast-cancer 11 --sample 1%% --config client.yaml"
    })
final class RoundVerify extends BaseCommand {
  private static final int BATCH = 64;

  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Parameters(index = "1", paramLabel = "ROUND", description = "The round's number, from 1.")
  private long number;

  @Option(
      names = "--sample",
      paramLabel = "PERCENT",
      description =
          "How much of the sum to recompute: random leaves, at least one; 100%% is a full replay"
              + " (default: 1%%).")
  private String sample = "1%";

  @Option(
      names = "--log",
      paramLabel = "DIR",
      description =
          "A copy of the audit log's folder: it is verified whole with your genesis's key, and the"
              + " round must be in it.")
  private @Nullable Path log;

  @Option(
      names = "--colluders",
      paramLabel = "N",
      description =
          "How many members working with the coordinator the round must withstand, at the least"
              + " (default: 0; the epoch's own number is shown).")
  private int colluders;

  /** Verified so far, in the order of the cohorts. */
  private final List<VerifiedRound> rounds = new ArrayList<>();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    double fraction = fraction();
    if (number < 1) {
      throw new Failure(
          ExitCode.USAGE, "round " + number + ": rounds count from 1", "give a round's number");
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      int cohorts = cohorts(connected);
      if (cohorts == 0) {
        RoundDownload evidence = new RoundDownload(connected, job, number, 0, 0);
        terminal.value(verify(terminal, evidence, fraction));
        return ExitCode.OK;
      }
      ObjectNode all = Terminal.object().put("verified", true).put("job", job);
      ArrayNode each = all.put("round", number).putArray("cohorts");
      List<Cohort> drawn = List.of();
      for (int cohort = 1; cohort <= cohorts; cohort++) {
        terminal.line("Cohort     " + cohort + " of " + cohorts);
        RoundDownload evidence = new RoundDownload(connected, job, number, cohort, cohorts);
        each.add(verify(terminal, evidence, fraction));
        drawn = evidence.drawn();
      }
      all.put("stateSignatures", signatures(terminal, connected, drawn));
      terminal.value(all);
      return ExitCode.OK;
    } catch (Refusal refusal) {
      throw RoundDownload.doesNotVerify(job, number, String.valueOf(refusal.getMessage()));
    }
  }

  /**
   * In how many cohorts the round ran, as the coordinator answers; 0 where it was one. Each record
   * is held against it: {@link RoundDownload#verified} refuses another number than was drawn.
   */
  private int cohorts(Client connected) {
    return connected
        .call()
        .listRounds(ListRoundsRequest.newBuilder().setJob(job).setRound(number).build())
        .getRoundsList()
        .stream()
        .mapToInt(RoundSummary::getCohorts)
        .max()
        .orElse(0);
  }

  /**
   * Every cohort's members have signed the state, for the same list of sums.
   *
   * @return how many have
   */
  private int signatures(Terminal terminal, Client connected, List<Cohort> drawn) throws Refusal {
    if (rounds.stream().map(round -> round.result().sumsDigest()).distinct().count() > 1) {
      throw RoundDownload.doesNotVerify(job, number, "its cohorts were shown different sums");
    }
    AllianceCheckpoint certified =
        new RoundSignatures(connected, job, number)
            .verified(drawn, rounds, Optional.ofNullable(log));
    int signatures = certified.cohorts().stream().mapToInt(part -> part.signatures().size()).sum();
    terminal.line(
        "State      "
            + certified.stateDigest().hex()
            + ", signed by "
            + signatures
            + " members, enough of every cohort");
    return signatures;
  }

  private ObjectNode verify(Terminal terminal, RoundDownload evidence, double fraction)
      throws Refusal {
    VerifiedRound round = evidence.verified();
    requireColluders(round);
    rounds.add(round);
    long entry = evidence.requireLogged(round, Optional.ofNullable(log));
    int[] sum = evidence.sum(round);
    List<Integer> leaves = Sample.of(round.leafCount(), fraction, new SecureRandom());
    String denial = check(terminal, evidence, round, sum, leaves);
    List<String> leftOut = round.result().sums().isEmpty() ? evidence.leftOut(round) : List.of();
    return report(terminal, round, leftOut, entry, denial.isEmpty() ? leaves.size() : 0, denial);
  }

  private void requireColluders(VerifiedRound round) {
    int withstood = round.cohort().colluders();
    if (withstood < colluders) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "round " + number + " of " + job + " withstands " + withstood + " colluders only",
          "ask its operator why; the number is 'colluders' of the job's secure aggregation");
    }
  }

  private double fraction() {
    String digits = sample.endsWith("%") ? sample.substring(0, sample.length() - 1) : "";
    try {
      double fraction = Double.parseDouble(digits) / 100;
      if (fraction > 0 && fraction <= 1) {
        return fraction;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    throw new Failure(
        ExitCode.USAGE,
        "--sample '" + sample + "': expected a percentage above 0% and up to 100%",
        "for example --sample 1%");
  }

  /** Why the leaves could not be had, or empty: then all of them were right. */
  private String check(
      Terminal terminal,
      RoundDownload evidence,
      VerifiedRound round,
      int[] sum,
      List<Integer> leaves)
      throws Refusal {
    try (Bar bar = new Bar(terminal, "round " + number)) {
      for (int from = 0; from < leaves.size(); from += BATCH) {
        List<Integer> batch = leaves.subList(from, Math.min(leaves.size(), from + BATCH));
        Map<Integer, Map<String, LeafProof>> proofs = new HashMap<>();
        String denial = evidence.leaves(batch, proofs);
        if (!denial.isEmpty()) {
          return denial;
        }
        for (int leaf : batch) {
          round.checkLeaf(leaf, sum, evidence.roots(), proofs.getOrDefault(leaf, Map.of()));
        }
        if (terminal.interactive()) {
          bar.show(from + batch.size(), leaves.size(), "leaves checked");
        }
      }
    }
    return "";
  }

  private void sayLogged(Terminal terminal, long entry) {
    String names = " names this record, this sum and its next state";
    if (log != null) {
      terminal.line("Audit log  entry " + entry + " of " + log + names + "; the log is verified");
    } else {
      terminal.line("Audit log  entry " + entry + names + ", as the coordinator answers;");
      terminal.line("           give a copy of the log with --log to verify that");
    }
  }

  private ObjectNode report(
      Terminal terminal,
      VerifiedRound round,
      List<String> leftOut,
      long entry,
      int checked,
      String denial) {
    int members = round.cohort().size();
    double checkedPart = (double) checked / round.leafCount();
    double alone = checked == round.leafCount() ? 1 : checkedPart;
    double together = checked == 0 ? 0 : Sample.detection(alone, members, 1);
    ObjectNode json =
        Terminal.object()
            .put("verified", true)
            .put("job", job)
            .put("round", number)
            .put("attempt", round.task().attempt() + 1)
            .put("sum", round.result().sumRoot().hex())
            .put("auditEntry", entry)
            .put("auditLogVerified", log != null)
            .put("colluders", round.cohort().colluders())
            .put("leastSurvivors", round.cohort().minSurvivors())
            .put("leaves", round.leafCount())
            .put("leavesChecked", checked)
            .put("leavesAllowed", denial.isEmpty())
            .put("detectionAlone", alone)
            .put("detectionByAllMembers", together);
    round.uploads().keySet().forEach(json.putArray("survivors")::add);
    round.cohort().members().forEach(json.putArray("members")::add);
    leftOut.forEach(json.putArray("leftOut")::add);
    if (!denial.isEmpty()) {
      json.put("denial", denial);
    }
    terminal.line(
        "Verified   round " + number + " of " + job + ", attempt " + (round.task().attempt() + 1));
    terminal.line("Survivors  " + Texts.list(List.copyOf(round.uploads().keySet())));
    terminal.line(
        "Signed     by at least " + round.cohort().threshold() + " of " + members + " members");
    terminal.line(
        "Withstands "
            + round.cohort().colluders()
            + " members working with the coordinator; a sum takes at least "
            + round.cohort().minSurvivors());
    if (!leftOut.isEmpty()) {
      terminal.line(
          "Left out   " + Texts.list(leftOut) + ": consented to the job, not in the round's epoch");
    }
    terminal.line("Sum        " + round.result().sumRoot().hex());
    sayLogged(terminal, entry);
    if (!denial.isEmpty()) {
      terminal.line("Leaves     not checked: the policy does not let you hold them");
      denial.lines().forEach(line -> terminal.line("           " + line));
      return json;
    }
    terminal.line(
        String.format(
            Locale.ROOT, "Leaves     %d of %d recomputed, all right", checked, round.leafCount()));
    if (checked < round.leafCount()) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "           one altered leaf is found with probability %.1f %%; if all %d members"
                  + " check as much, %.1f %%",
              100 * alone,
              members,
              100 * together));
    }
    return json;
  }
}

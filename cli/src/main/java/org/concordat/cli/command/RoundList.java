package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.RoundSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat round list}. */
@Command(
    name = "list",
    description = "List rounds, of one job or of all.",
    footer = {"", "Example:", "  concordat round list breast-cancer --config client.yaml"})
final class RoundList extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      description = "The job's name (default: all jobs).")
  private String job = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      List<RoundSummary> rounds =
          connected
              .call()
              .listRounds(ListRoundsRequest.newBuilder().setJob(job).build())
              .getRoundsList();
      if (rounds.isEmpty() && !job.isEmpty()) {
        requireJob(connected);
      }
      ArrayNode json = Terminal.array();
      Table table =
          new Table(
              "JOB", "ROUND", "KIND", "PHASE", "MEMBERS", "DROPPED", "LOSS", "ACCURACY", "SECONDS");
      for (RoundSummary round : rounds) {
        json.add(Views.round(round));
        table.row(
            round.getJob(),
            round.getCohorts() == 0
                ? String.valueOf(round.getRound())
                : round.getRound() + " (" + round.getCohort() + "/" + round.getCohorts() + ")",
            round.getKind(),
            round.getPhase(),
            Texts.list(round.getSurvivorsList()),
            Texts.list(round.getDroppedList()),
            Texts.number(round.getLoss()),
            Texts.number(round.getAccuracy()),
            seconds(round));
      }
      terminal.value(Terminal.object().set("rounds", json));
      if (rounds.isEmpty()) {
        terminal.line(
            "No rounds"
                + (job.isEmpty() ? "" : " of '" + job + "'")
                + ". 'concordat job list' names the jobs.");
      } else {
        table.print(terminal);
        terminal.line(
            "Loss and accuracy are those of the round's base model, weighted over the sites.");
      }
      return ExitCode.OK;
    }
  }

  private void requireJob(Client connected) {
    if (connected.call().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList().stream()
        .noneMatch(known -> known.getJob().equals(job))) {
      throw new Failure(
          ExitCode.NOT_FOUND, "no job is named '" + job + "'", "concordat job list names them");
    }
  }

  private static String seconds(RoundSummary round) {
    return round.getEndedMillis() == 0
        ? "-"
        : String.format(
            java.util.Locale.ROOT,
            "%.1f",
            (round.getEndedMillis() - round.getStartedMillis()) / 1e3);
  }
}

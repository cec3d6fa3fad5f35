package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ListRoundsRequest;
import org.concordat.protocol.v1.RoundSummary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat round show}. */
@Command(
    name = "show",
    description =
        "Show one round: its phase, for whom it waits, who took part, which model came out.",
    footer = {"", "Example:", "  concordat round show breast-cancer 3 --config client.yaml"})
final class RoundShow extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(index = "0", paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Parameters(index = "1", paramLabel = "ROUND", description = "The round's number, from 1.")
  private long number;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (number < 1) {
      throw new Failure(
          ExitCode.USAGE, "round " + number + ": rounds count from 1", "give a round's number");
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      List<RoundSummary> rounds =
          connected
              .call()
              .listRounds(ListRoundsRequest.newBuilder().setJob(job).setRound(number).build())
              .getRoundsList();
      if (rounds.isEmpty()) {
        throw new Failure(
            ExitCode.NOT_FOUND,
            "job '" + job + "' has no round " + number,
            "concordat round list " + job + " shows those it has");
      }
      if (rounds.size() == 1) {
        terminal.value(Views.round(rounds.get(0)));
      } else {
        ArrayNode cohorts = Terminal.array();
        rounds.forEach(round -> cohorts.add(Views.round(round)));
        terminal.value(Terminal.object().set("cohorts", cohorts));
      }
      rounds.forEach(round -> print(terminal, round));
      return ExitCode.OK;
    }
  }

  private static void print(Terminal terminal, RoundSummary round) {
    terminal.line(
        "Round      "
            + round.getRound()
            + " of "
            + round.getJob()
            + ", attempt "
            + (round.getAttempt() + 1)
            + ", "
            + round.getKind());
    if (round.getCohorts() > 0) {
      terminal.line(
          "Cohort     "
              + round.getCohort()
              + " of "
              + round.getCohorts()
              + ": "
              + round.getCohortSize()
              + " members, c = "
              + round.getColluders()
              + ", at least "
              + round.getLeastSurvivors()
              + " in its sum");
    }
    terminal.line(
        "Phase      "
            + round.getPhase()
            + (round.getReason().isEmpty() ? "" : " (" + round.getReason() + ")"));
    if (!round.getWaitingFor().isEmpty()) {
      terminal.line("Waiting    " + round.getWaitingFor());
    }
    terminal.line(
        "Uploaded   "
            + Texts.list(round.getUploadedList())
            + ", "
            + Texts.bytes(round.getUploadBytes())
            + " in all");
    round
        .getRegionsList()
        .forEach(
            region ->
                terminal.line(
                    "Region     "
                        + region.getRegion()
                        + ": "
                        + Texts.list(region.getMembersList())
                        + "; partial sum "
                        + (region.getPartialSum().isEmpty() ? "-" : region.getPartialSum())));
    terminal.line("Survivors  " + Texts.list(round.getSurvivorsList()));
    terminal.line("Dropped    " + Texts.list(round.getDroppedList()));
    round.getReasonsList().forEach(reason -> terminal.line("           " + reason));
    terminal.line("Model in   " + round.getModelIn());
    terminal.line("Model out  " + (round.getModelOut().isEmpty() ? "-" : round.getModelOut()));
    terminal.line(
        "Base model loss "
            + Texts.number(round.getLoss())
            + ", accuracy "
            + Texts.number(round.getAccuracy()));
    terminal.line("Started    " + Texts.time(round.getStartedMillis()));
    terminal.line("Ended      " + Texts.time(round.getEndedMillis()));
  }
}

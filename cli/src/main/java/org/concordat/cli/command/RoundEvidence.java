package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.client.LieDownload;
import org.concordat.cli.client.LieDownload.Lie;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.secureagg.message.TokenRef;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code concordat round evidence}. */
@Command(
    name = "evidence",
    description = {
      "Show who has lied, from evidence that is judged here.",
      "A share, seed, recovery record or pair secret that contradicts what its author deposited, a"
          + " false complaint, or two signed statements that exclude each other: the coordinator"
          + " delivers the signed messages, and the verdict is recomputed from them with the keys of"
          + " your genesis's roster. Whoever has lied is left out of epochs as long as the roster is"
          + " the same. Without JOB, all lies are shown, those in the setting up of epochs too."
    },
    footer = {"", "Example:", "  concordat round evidence breast-cancer 3 --config client.yaml"})
final class RoundEvidence extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(index = "0", arity = "0..1", paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ROUND",
      description = "The round's number, from 1 (default: all of the job's).")
  private long number;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (number < 0) {
      throw new Failure(
          ExitCode.USAGE, "round " + number + ": rounds count from 1", "give a round's number");
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      List<Lie> lies = new LieDownload(connected).lies(job, number);
      ObjectNode json = Terminal.object();
      ArrayNode all = json.putArray("lies");
      lies.forEach(lie -> all.add(json(lie)));
      terminal.value(json);
      lies.forEach(lie -> print(terminal, lie));
      if (lies.isEmpty()) {
        terminal.line("Nobody was shown to lie" + (job.isEmpty() ? "" : " in " + where()) + ".");
      }
      return ExitCode.OK;
    }
  }

  private String where() {
    return number == 0 ? "job " + job : "round " + number + " of " + job;
  }

  private static ObjectNode json(Lie lie) {
    ObjectNode json =
        Terminal.object()
            .put("member", lie.verdict().liar())
            .put("reason", lie.verdict().reason().name())
            .put("explanation", lie.verdict().explanation())
            .put("epoch", lie.verdict().epoch())
            .put("evidence", lie.evidence().digest().hex())
            .put("roster", lie.roster().digest().toString())
            .put("rosterVersion", lie.roster().version());
    if (lie.evidence() instanceof org.concordat.secureagg.message.RoundEvidence round) {
      TokenRef ref = round.ref();
      json.put("job", ref.job()).put("round", ref.round() + 1).put("attempt", ref.attempt() + 1);
    }
    return json;
  }

  private static void print(Terminal terminal, Lie lie) {
    terminal.line("Lied       " + lie.verdict().liar() + ": " + lie.verdict().reason());
    terminal.line("           " + lie.verdict().explanation());
    if (lie.evidence() instanceof org.concordat.secureagg.message.RoundEvidence round) {
      TokenRef ref = round.ref();
      terminal.line(
          "Where      round "
              + (ref.round() + 1)
              + " of "
              + ref.job()
              + ", attempt "
              + (ref.attempt() + 1)
              + ", epoch "
              + ref.epoch());
    } else {
      terminal.line("Where      epoch " + lie.verdict().epoch());
    }
    terminal.line("Left out   of epochs under roster version " + lie.roster().version());
    terminal.line("Evidence   " + lie.evidence().digest().hex() + ", judged here");
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat audit show}. */
@Command(
    name = "show",
    description = {
      "Print one entry of the signed log, every field: from the coordinator, or offline from a copy.",
      "From a copy it is proved: it leads to the root that the log's key signed, and members cosigned.",
      "An id is looked for from the log's beginning; an index is found at once."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit show 42 --config client.yaml",
      "Example, offline:",
      "  concordat audit show 42 --dir ./copy-of-audit-log --genesis genesis.json"
    })
final class AuditShow extends BaseCommand {
  /** Entries that are asked for at once where an id is looked for. */
  private static final int PAGE = 1000;

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A copied log folder to read instead of asking the coordinator.")
  private @Nullable Path directory;

  @Option(
      names = "--rosters",
      paramLabel = "FILE",
      description =
          "Signed rosters ('member list --rosters-out'), for --dir: the last one's agents count.")
  private @Nullable Path rostersFile;

  @Parameters(paramLabel = "ID|INDEX", description = "The entry's id, or its index, from 0.")
  private String entry = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    EntryRef wanted = new EntryRef(entry);
    if (directory != null) {
      showProved(terminal, wanted, directory);
      return ExitCode.OK;
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      showAnswer(terminal, find(new AnsweredLog(connected), wanted));
    }
    return ExitCode.OK;
  }

  private void showProved(Terminal terminal, EntryRef wanted, Path folder) throws IOException {
    Genesis genesis = Genesis.load(client.genesisFile());
    LogVerifierKey key = LogVerifierKey.parse(genesis.logVkey().value());
    LogFolder log = LogFolder.open(folder, key);
    long index = wanted.in(log);
    AuditEntry found = log.entry(index);
    WitnessedHead head =
        log.prove(index)
            .verify(
                key,
                found.canonicalBytes(),
                PinnedLog.witnesses(PinnedLog.roster(genesis, rostersFile)));
    terminal.value(EntryText.proof(EntryText.json(index, found), head));
    EntryText.lines(index, found).forEach(terminal::line);
    terminal.line("");
    EntryText.proof(head).forEach(terminal::line);
  }

  private static void showAnswer(Terminal terminal, LoggedEntry answer) {
    ObjectNode json = EntryText.json(answer.index(), answer.entry()).put("proved", false);
    terminal.value(json);
    EntryText.lines(answer.index(), answer.entry()).forEach(terminal::line);
    terminal.line("");
    terminal.line("Not proved: as the coordinator answers. A copy of the log proves it (--dir).");
  }

  private static LoggedEntry find(AnsweredLog log, EntryRef wanted) {
    if (wanted.isIndex()) {
      return log.entries(wanted.index(), 1).stream()
          .findFirst()
          .orElseThrow(() -> wanted.absent("the log is shorter"));
    }
    long from = 0;
    for (int count = PAGE; count == PAGE; ) { // each call is an entry itself: there is always more
      List<LoggedEntry> page = log.entries(from, PAGE);
      for (LoggedEntry logged : page) {
        if (logged.entry().id().equals(wanted.text())) {
          return logged;
        }
      }
      count = page.size();
      from += count;
    }
    throw wanted.absent("none of the log's " + from + " entries has this id");
  }
}

package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.AnsweredLog;
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
      "It is proved: it leads to the root that the log's key signed; from a copy, also who cosigned that.",
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
      showAnswer(terminal, new AnsweredLog(connected), wanted);
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
    show(terminal, new LoggedEntry(index, found), head);
  }

  private static void show(Terminal terminal, LoggedEntry logged, WitnessedHead head) {
    terminal.value(EntryText.proof(EntryText.json(logged.index(), logged.entry()), head));
    EntryText.lines(logged.index(), logged.entry()).forEach(terminal::line);
    terminal.line("");
    EntryText.proof(head).forEach(terminal::line);
  }

  private static void showAnswer(Terminal terminal, AnsweredLog log, EntryRef wanted) {
    if (wanted.isIndex()) {
      AnsweredLog.Page page = log.entries(wanted.index(), 1);
      if (page.entries().isEmpty()) {
        throw wanted.absent("the log is shorter");
      }
      show(terminal, page.entries().get(0), new WitnessedHead(page.head(), Map.of()));
      return;
    }
    long from = 0;
    for (int count = PAGE; count == PAGE; ) { // each call is an entry itself: there is always more
      AnsweredLog.Page page = log.entries(from, PAGE);
      for (LoggedEntry logged : page.entries()) {
        if (logged.entry().id().equals(wanted.text())) {
          show(terminal, logged, new WitnessedHead(page.head(), Map.of()));
          return;
        }
      }
      count = page.entries().size();
      from += count;
    }
    throw wanted.absent("none of the log's " + from + " entries has this id");
  }
}

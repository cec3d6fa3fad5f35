package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.AnsweredLog;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat audit stream}. */
@Command(
    name = "stream",
    description = {
      "Write the log's entries as events for a SIEM, one JSON object a line, oldest first.",
      "With --state, a stream that was stopped goes on where it was. Each entry comes at least once:"
          + " after a kill the last ones may come again, with the same event.id.",
      "Entries are proved, and none is left out. Each look at a coordinator is an entry itself."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit stream --follow --state siem.json --config client.yaml",
      "Example, offline:",
      "  concordat audit stream --dir ./copy-of-audit-log --genesis genesis.json"
    })
final class AuditStream extends BaseCommand {
  /** Entries between two writes of the state. */
  private static final int PAGE = 500;

  /** The schemas that entries can be written in. */
  enum Format {
    /** Elastic Common Schema. */
    ecs(EcsEvent::of),
    /** Open Cybersecurity Schema Framework. */
    ocsf(OcsfEvent::of);

    private final Function<LoggedEntry, ObjectNode> event;

    Format(Function<LoggedEntry, ObjectNode> event) {
      this.event = event;
    }
  }

  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The log folder, or a copy, to read instead of asking the coordinator.")
  private @Nullable Path directory;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "Elastic Common Schema or OCSF: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Format format = Format.ecs;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Remembers how far the stream has come, once that is written.")
  private @Nullable Path stateFile;

  @Option(names = "--follow", description = "Go on with entries that are yet to come.")
  private boolean follow;

  @Option(
      names = "--interval-seconds",
      paramLabel = "N",
      description = "How often --follow looks (default: ${DEFAULT-VALUE}).")
  private int intervalSeconds = 10;

  /** Where entries come from: those from an index on, in order, at most so many. */
  private interface Source {
    List<LoggedEntry> entries(long from, int limit) throws IOException;
  }

  @Override
  ExitCode run(Terminal terminal) throws IOException, InterruptedException {
    if (intervalSeconds < 1 || intervalSeconds > 86_400) {
      throw new Failure(
          ExitCode.USAGE,
          "--interval-seconds " + intervalSeconds + " is not in 1 to 86400",
          "each look at a coordinator is an entry of its log: 10 or more are usual");
    }
    String key = Genesis.load(client.genesisFile()).logVkey().value();
    StreamState state =
        stateFile == null ? StreamState.begin(key) : StreamState.read(stateFile, key);
    if (directory != null) {
      Path folder = directory;
      LogVerifierKey pinned = LogVerifierKey.parse(key);
      stream(terminal, state, (from, limit) -> LogFolder.open(folder, pinned).entries(from, limit));
      return ExitCode.OK;
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      AnsweredLog log = new AnsweredLog(connected);
      stream(terminal, state, (from, limit) -> log.entries(from, limit).entries());
    }
    return ExitCode.OK;
  }

  private void stream(Terminal terminal, StreamState begin, Source source)
      throws IOException, InterruptedException {
    StreamState state = begin;
    while (true) {
      List<LoggedEntry> read = source.entries(state.from(), PAGE);
      List<LoggedEntry> fresh = state.fresh(read);
      if (!fresh.isEmpty()) {
        write(terminal, fresh);
        state = state.after(fresh);
        if (stateFile != null) {
          state.write(stateFile);
        }
      }
      if (read.size() < PAGE) { // there was no more
        if (!follow) {
          return;
        }
        TimeUnit.SECONDS.sleep(intervalSeconds);
      }
    }
  }

  private void write(Terminal terminal, List<LoggedEntry> entries) {
    if (!terminal.handOver(entries.stream().map(format.event).toList())) {
      throw new Failure(
          ExitCode.UNAVAILABLE,
          "stdout does not take more: its reader has ended, or the disk is full",
          "start it again with the same --state: what was not taken comes again");
    }
  }
}

package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.certs.Genesis;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.lineage.Lineage;
import org.concordat.cli.lineage.LineageFolder;
import org.concordat.cli.lineage.LineageText;
import org.concordat.cli.lineage.ProvedEntry;
import org.concordat.cli.lineage.ProvedLog;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat model lineage}. */
@Command(
    name = "lineage",
    description = {
      "Show on what a version of a model rests: the job and who agreed to it, whose data in which"
          + " version, the rounds, the policy and the agreement, the program that added up.",
      "All of it follows from entries of the log, each proved. --export writes them to a folder that"
          + " 'model verify' checks without a network. Exit code 8 where something is missing."
    },
    footer = {
      "",
      "Example:",
      "  concordat model lineage breast-cancer --export lineage --config client.yaml",
      "Example, offline:",
      "  concordat model lineage breast-cancer --dir ./copy-of-audit-log --genesis genesis.json"
    })
final class ModelLineage extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's name.")
  private String job = "";

  @Option(
      names = "--model-version",
      paramLabel = "N",
      description = "The version; 0 is the initial model (default: the newest).")
  private long version = -1;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "A copied log folder to read instead of asking the coordinator.")
  private @Nullable Path directory;

  @Option(
      names = "--export",
      paramLabel = "DIR",
      description = "A folder to make, with the entries and their proofs; it must not exist.")
  private @Nullable Path export;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (export != null && Files.exists(export)) {
      throw new FileAlreadyExistsException(export.toString());
    }
    Path folder = directory;
    if (folder != null) {
      Genesis genesis = Genesis.load(client.genesisFile());
      return tell(
          terminal,
          ProvedLog.folder(folder, LogVerifierKey.parse(genesis.logVkey().value())),
          genesis);
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_AUDIT, Clock.systemUTC())) {
      return tell(terminal, ProvedLog.asked(connected), connected.genesis());
    }
  }

  private ExitCode tell(Terminal terminal, ProvedLog log, Genesis genesis) throws IOException {
    List<ProvedEntry> entries = log.entries(job, entry -> true);
    Lineage lineage =
        Lineage.of(job, number(entries), entries.stream().map(ProvedEntry::logged).toList());
    if (export != null) {
      LineageFolder.write(export, lineage, entries, genesis);
    }
    terminal.value(LineageText.json(lineage));
    LineageText.lines(lineage).forEach(terminal::line);
    if (export != null) {
      terminal.line("Written    " + export + ": 'concordat model verify' checks it");
    }
    return lineage.missing().isEmpty() ? ExitCode.OK : ExitCode.VERIFICATION_FAILED;
  }

  private long number(List<ProvedEntry> entries) {
    long newest =
        entries.stream()
            .filter(one -> one.entry().type() == EntryType.MODEL_RELEASE)
            .filter(one -> isOfVersion(one.entry()))
            .mapToLong(this::version)
            .max()
            .orElse(-1);
    if (entries.isEmpty() || newest < 0 || version > newest) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "the log tells of no model of job '"
              + job
              + "'"
              + (version < 0 ? "" : " with version " + version),
          newest < 0
              ? "concordat model list shows those there are"
              : "its newest version is " + newest);
    }
    return version < 0 ? newest : version;
  }

  /** An entry that tells of a version, not of somebody who asked for one. */
  private static boolean isOfVersion(AuditEntry entry) {
    return entry.details().containsKey("kind")
        || entry.details().getOrDefault("step", "").equals("published");
  }

  /** The version that an entry names: its subject is {@code JOB/N}. */
  private long version(ProvedEntry told) {
    String subject = told.entry().subject();
    String number = subject.startsWith(job + "/") ? subject.substring(job.length() + 1) : "";
    if (!number.matches("0|[1-9][0-9]{0,8}") || !Lineage.isVersion(Long.parseLong(number))) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          "entry %d of the log: its subject '%s' is no version of job '%s'"
              .formatted(told.index(), subject, job),
          "ask the coordinator's operator what wrote it: no lineage can be told of this job");
    }
    return Long.parseLong(number);
  }
}

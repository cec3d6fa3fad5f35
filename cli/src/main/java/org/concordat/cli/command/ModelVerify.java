package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.cli.lineage.LineageFolder;
import org.concordat.cli.lineage.LineageText;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat model verify}. */
@Command(
    name = "verify",
    description = {
      "Verify a folder of 'model lineage --export' without a network: each entry is in the log of"
          + " your pinned genesis, and the lineage follows from them, whole.",
      "With --model, or a model.bin in the folder, the model's bytes are that version's. Exit code 8"
          + " names what is altered, missing, of another log or of another model."
    },
    footer = {
      "",
      "Example:",
      "  concordat model verify lineage --model model.bin --genesis genesis.json --witnesses 3"
    })
final class ModelVerify extends BaseCommand {
  @Mixin private PinnedLog pinned = new PinnedLog();

  @Parameters(paramLabel = "DIR", description = "The folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The model's file (default: DIR/model.bin, if it is there).")
  private @Nullable Path model;

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description = "Demand that N agents or more cosigned the head of the log.")
  private int wanted;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (!Files.isDirectory(folder) || (model != null && !Files.exists(model))) {
      Path absent = Files.isDirectory(folder) ? model : folder;
      throw new Failure(
          ExitCode.NOT_FOUND, absent + " is not there", "name what 'model lineage' wrote");
    }
    LineageFolder.Verified verified =
        LineageFolder.verify(
            folder,
            pinned.key(),
            pinned.witnesses(wanted),
            model == null ? folder.resolve(LineageFolder.MODEL) : model);
    PinnedLog.require(
        wanted,
        verified.head(),
        "the head of the log",
        "export the lineage from a copy of the log (--dir), which members have cosigned");
    terminal.value(
        EntryText.proof(LineageText.json(verified.lineage()), verified.head())
            .put("modelVerified", !verified.model().isEmpty()));
    LineageText.lines(verified.lineage()).forEach(terminal::line);
    EntryText.proof(verified.head()).forEach(terminal::line);
    terminal.line(
        verified.model().isEmpty()
            ? "Verified   the lineage; no model's bytes were looked at (--model)"
            : "Verified   the lineage, and that these are the model's bytes");
    return ExitCode.OK;
  }
}

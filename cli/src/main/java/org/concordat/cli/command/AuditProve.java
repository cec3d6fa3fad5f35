package org.concordat.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat audit prove}. */
@Command(
    name = "prove",
    description = {
      "Write one entry and the proof that it is in the log, as two files that travel alone.",
      "The proof is a C2SP tlog-proof; the entry lies beside it as FILE.json, byte for byte as logged.",
      "Where members cosigned a head that covers the entry, the proof has their lines."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit prove 42 --dir ./copy-of-audit-log --genesis genesis.json \\",
      "      --out consent.tlog-proof"
    })
final class AuditProve extends BaseCommand {
  @Mixin private PinnedLog pinned = new PinnedLog();

  @Option(
      names = "--dir",
      required = true,
      paramLabel = "DIR",
      description = "The log folder, or a copy.")
  private Path directory = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "The proof; usually with the ending .tlog-proof.")
  private Path out = Path.of("");

  @Parameters(paramLabel = "ID|INDEX", description = "The entry's id, or its index, from 0.")
  private String entry = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    LogFolder log = LogFolder.open(directory, pinned.key());
    long index = new EntryRef(entry).in(log);
    byte[] bytes = log.entry(index).canonicalBytes();
    TlogProof proof = log.prove(index);
    WitnessedHead head = proof.verify(pinned.key(), bytes, pinned.witnesses());
    Path beside = entryOf(out);
    if (Files.exists(out)) { // before the first of the two is written
      throw new FileAlreadyExistsException(out.toString());
    }
    Outputs.create(beside, bytes);
    Outputs.create(out, proof.text().getBytes(StandardCharsets.UTF_8));
    terminal.value(
        EntryText.proof(Terminal.object().put("index", index), head)
            .put("proof", out.toString())
            .put("entry", beside.toString()));
    terminal.line("Entry      " + index + ": " + beside);
    terminal.line("Proof      " + out);
    EntryText.proof(head).forEach(terminal::line);
    return ExitCode.OK;
  }

  /** Where the entry lies that a proof is about. */
  static Path entryOf(Path proof) {
    return proof.resolveSibling(proof.getFileName() + ".json");
  }
}

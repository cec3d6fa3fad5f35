package org.concordat.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat audit verify-proof}. */
@Command(
    name = "verify-proof",
    description = {
      "Verify offline that one entry is in the log, from the two files of 'audit prove', and print it.",
      "The log's key and the members' come from your pinned genesis, never from the proof.",
      "It says nothing of what else is in the log: only 'audit verify' of the whole does."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit verify-proof consent.tlog-proof --genesis genesis.json --witnesses 3"
    })
final class AuditVerifyProof extends BaseCommand {
  @Mixin private PinnedLog pinned = new PinnedLog();

  @Option(
      names = "--entry",
      paramLabel = "FILE",
      description = "The entry, byte for byte as logged (default: PROOF.json).")
  private @Nullable Path entry;

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description = "Demand that N agents or more cosigned the proof's head.")
  private int wanted;

  @Parameters(paramLabel = "PROOF", description = "The proof, a C2SP tlog-proof.")
  private Path file = Path.of("");

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Path beside = entry == null ? AuditProve.entryOf(file) : entry;
    byte[] bytes = read(beside, AuditEntry.MAX_BYTES);
    TlogProof proof =
        TlogProof.parse(new String(read(file, TlogProof.MAX_CHARS), StandardCharsets.UTF_8));
    WitnessedHead head;
    try {
      head = proof.verify(pinned.key(), bytes, pinned.witnesses(wanted));
    } catch (ProofRefusedException refused) {
      throw new Failure(
          ExitCode.VERIFICATION_FAILED,
          beside + ": " + refused.getMessage(),
          "take the entry as 'audit prove' wrote it: one more line end is another entry",
          refused);
    }
    PinnedLog.require(
        wanted,
        head,
        "the proof's head",
        "prove the entry again from a newer copy of the log, which more members have cosigned");
    AuditEntry found = AuditEntry.parse(bytes);
    terminal.value(EntryText.proof(EntryText.json(proof.index(), found), head));
    EntryText.lines(proof.index(), found).forEach(terminal::line);
    terminal.line("");
    EntryText.proof(head).forEach(terminal::line);
    return ExitCode.OK;
  }

  /** A file of at most so many bytes: it comes from anybody. */
  private static byte[] read(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            file + " has more than " + most + " bytes",
            "name the files that 'audit prove' wrote");
      }
      return bytes;
    }
  }
}

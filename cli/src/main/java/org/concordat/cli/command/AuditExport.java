package org.concordat.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditVerifier;
import org.concordat.auditlog.LogFolder;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.Verification;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat audit export}. */
@Command(
    name = "export",
    description = {
      "Copy the log into a folder that explains itself: for a court, an auditor, an archive.",
      "The copy is verified whole. Beside it lie the genesis, the public keys, one entry with its"
          + " proof, and README.html: how to check it all with tools that others wrote.",
      "The coordinator may run meanwhile."
    },
    footer = {
      "",
      "Example:",
      "  concordat audit export --dir coordinator/audit-log --genesis genesis.json \\",
      "      --out hospitals-2026"
    })
final class AuditExport extends BaseCommand {
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
      paramLabel = "DIR",
      description = "The folder to make; it must not exist.")
  private Path out = Path.of("");

  @Option(
      names = "--entry",
      paramLabel = "ID|INDEX",
      description = "The entry whose proof is laid beside (default: the newest that was cosigned).")
  private @Nullable String entry;

  @Option(
      names = "--witnesses",
      paramLabel = "N",
      description = "Demand that N agents or more cosigned a head of this log.")
  private int wanted;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (Files.exists(out)) {
      throw new FileAlreadyExistsException(out.toString());
    }
    Path target = out.toAbsolutePath();
    Path partial =
        target.resolveSibling(target.getFileName() + ".partial-" + ProcessHandle.current().pid());
    try {
      ExportPage.Facts facts = write(partial);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      terminal.value(
          Terminal.object()
              .put("out", out.toString())
              .put("size", facts.verified().size())
              .put("root", facts.verified().root().hex())
              .put("witnesses", facts.witnesses().size())
              .put("entry", facts.proof().index()));
      terminal.line("Exported   " + facts.verified().size() + " entries, verified whole");
      terminal.line("Root       " + facts.verified().root());
      terminal.line("Witnesses  " + facts.witnesses().size() + " members");
      terminal.line("Read       " + out.resolve(ExportPage.FILE));
      return ExitCode.OK;
    } finally {
      delete(partial);
    }
  }

  private ExportPage.Facts write(Path folder) throws IOException {
    List<WitnessKey> members = pinned.witnesses(wanted);
    Files.createDirectories(folder);
    Path copy = folder.resolve(ExportPage.LOG);
    LogFolder.open(directory, pinned.key()).copyTo(copy);
    Verification verified = AuditVerifier.verify(copy, pinned.key());
    @Nullable WitnessedHead head =
        WitnessedHead.of(copy, verified, pinned.key(), members).orElse(null);
    PinnedLog.require(
        wanted, head, "this log", "export it again once the members' agents are connected");
    LogFolder log = LogFolder.open(copy, pinned.key());
    long index = index(log, head);
    byte[] bytes = log.entry(index).canonicalBytes();
    TlogProof proof = log.prove(index);
    put(folder, ExportPage.PROOF, text(proof.text()));
    put(folder, ExportPage.ENTRY, bytes);
    put(folder, "genesis.json", pinned.genesis().toBytes());
    byte @Nullable [] rosters = pinned.rosters();
    if (rosters != null) {
      put(folder, "rosters.json", rosters);
    }
    put(folder, "log.vkey", text(pinned.key() + "\n"));
    put(
        folder,
        "witnesses.vkey",
        text(members.stream().map(key -> key + "\n").collect(Collectors.joining())));
    ExportPage.Facts facts =
        new ExportPage.Facts(
            pinned.genesis(),
            verified,
            head == null ? Map.of() : head.witnesses(),
            head == null ? 0 : head.checkpoint().size(),
            proof,
            proof.verify(pinned.key(), bytes, members).checkpoint(),
            rosters != null);
    put(folder, ExportPage.FILE, text(ExportPage.of(facts)));
    return facts;
  }

  private long index(LogFolder log, @Nullable WitnessedHead head) {
    if (entry != null) {
      return new EntryRef(entry).in(log);
    }
    long covered =
        head == null || head.checkpoint().size() == 0
            ? log.head().size()
            : head.checkpoint().size();
    if (covered == 0) {
      throw new Failure(
          ExitCode.NOT_FOUND, directory + " has no entries yet", "export it once it has some");
    }
    return covered - 1;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void put(Path folder, String name, byte[] content) throws IOException {
    Outputs.create(folder.resolve(name), content);
  }

  /** What a failure left of it. */
  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
  }
}

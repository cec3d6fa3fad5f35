package org.concordat.cli.lineage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.LoggedEntry;
import org.concordat.auditlog.MalformedEntryException;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.ProofRefusedException;
import org.concordat.auditlog.SignatureRefusedException;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;

/**
 * A folder with entries of the log, two files each as {@code audit prove} writes them: the entry
 * byte for byte ({@code 000042.tlog-proof.json}), and its C2SP tlog-proof ({@code
 * 000042.tlog-proof}). All proofs are under one head, so that they are of one log at one moment.
 */
public final class ProvedFolder {
  /** What it is called in an export. */
  public static final String NAME = "entries";

  /** The most entries that are read. */
  static final int MAX_ENTRIES = 200_000;

  private static final String PROOF = ".tlog-proof";
  private static final String ENTRY = PROOF + ".json";

  private ProvedFolder() {}

  /**
   * What a folder holds, verified.
   *
   * @param entries in order of index
   * @param head that covers all of them, with the cosignatures that count
   */
  public record Verified(List<LoggedEntry> entries, WitnessedHead head) {}

  /** Writes entries into a folder. */
  public static void write(Path folder, List<ProvedEntry> entries) throws IOException {
    Files.createDirectories(folder);
    for (ProvedEntry proved : entries) {
      String name = String.format(Locale.ROOT, "%09d", proved.index());
      Outputs.create(folder.resolve(name + ENTRY), proved.entry().canonicalBytes());
      Outputs.create(
          folder.resolve(name + PROOF), proved.proof().text().getBytes(StandardCharsets.UTF_8));
    }
  }

  /**
   * Reads and verifies a folder.
   *
   * @param key the log's, from the pinned genesis
   * @param known whose cosignatures count
   * @throws Failure VERIFICATION_FAILED naming the file that is altered, of another log, of another
   *     head than the others, without its half, or none of such a folder
   */
  public static Verified read(Path folder, LogVerifierKey key, Collection<WitnessKey> known)
      throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().limit(2L * MAX_ENTRIES + 1).toList();
    }
    if (files.isEmpty() || files.size() > 2 * MAX_ENTRIES) {
      throw wrong(folder, files.isEmpty() ? "it has no entries" : "it has too many files");
    }
    Set<Path> taken = new HashSet<>();
    List<LoggedEntry> entries = new ArrayList<>();
    WitnessedHead head = null;
    String note = "";
    for (Path file : files) {
      if (!file.getFileName().toString().endsWith(PROOF)) {
        continue;
      }
      Path beside = file.resolveSibling(file.getFileName() + ".json");
      TlogProof proof = parse(file);
      if (!note.isEmpty() && !note.equals(proof.checkpoint())) {
        throw wrong(file, "it is under another head of the log than those before it");
      }
      note = proof.checkpoint();
      byte[] bytes = bytes(beside, AuditEntry.MAX_BYTES);
      head = verified(file, proof, key, bytes, known);
      entries.add(new LoggedEntry(proof.index(), entry(beside, bytes)));
      taken.add(file);
      taken.add(beside);
      requireName(file, proof.index());
    }
    for (Path file : files) {
      if (!taken.contains(file)) {
        throw wrong(file, "it belongs to no proved entry");
      }
    }
    return new Verified(List.copyOf(entries), Objects.requireNonNull(head));
  }

  private static void requireName(Path file, long index) {
    if (!file.getFileName().toString().equals(String.format(Locale.ROOT, "%09d", index) + PROOF)) {
      throw wrong(file, "it is the proof of entry " + index);
    }
  }

  private static TlogProof parse(Path file) throws IOException {
    try {
      return TlogProof.parse(new String(bytes(file, TlogProof.MAX_CHARS), StandardCharsets.UTF_8));
    } catch (MalformedNoteException malformed) {
      throw wrong(file, "it is no proof: " + malformed.getMessage());
    }
  }

  private static WitnessedHead verified(
      Path file, TlogProof proof, LogVerifierKey key, byte[] entry, Collection<WitnessKey> known) {
    try {
      return proof.verify(key, entry, known);
    } catch (ProofRefusedException refused) {
      throw wrong(file, "the entry beside it is altered, or its proof is: " + refused.getMessage());
    } catch (SignatureRefusedException | MalformedNoteException refused) {
      throw wrong(
          file,
          "its head is of another log than '"
              + key.name()
              + "', or altered: "
              + refused.getMessage());
    }
  }

  private static AuditEntry entry(Path file, byte[] bytes) {
    try {
      return AuditEntry.parse(bytes);
    } catch (MalformedEntryException malformed) {
      throw wrong(file, "it is no entry: " + malformed.getMessage());
    }
  }

  /** A file of at most so many bytes: it comes from anybody. */
  static byte[] bytes(Path file, int most) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw wrong(file, "it is missing");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw wrong(file, "it has more than " + most + " bytes");
      }
      return bytes;
    }
  }

  /** How a check of a file fails. */
  static Failure wrong(Path file, String why) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        file + ": " + why,
        "nothing here is to be relied upon: ask for a new export, and compare");
  }
}

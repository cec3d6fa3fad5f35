package org.concordat.auditlog;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A signed checkpoint with the cosignatures of witnesses below the log's own signature. In a log's
 * folder it is the file {@value #FILE}; it may be smaller than the folder's checkpoint, which
 * witnesses see a little later.
 *
 * @param witnesses when each cosigned, by name
 */
public record WitnessedHead(Checkpoint checkpoint, Map<String, Instant> witnesses) {
  /** Its name in a log's folder. */
  public static final String FILE = "checkpoint.witnessed";

  /** Of the note: the cosignatures of 256 witnesses with long names. */
  static final int MAX_BYTES = 128 << 10;

  /** Copies the names. */
  public WitnessedHead {
    witnesses = Map.copyOf(witnesses);
  }

  /**
   * Opens a note. Lines of witnesses that are not listed say nothing and are passed over, as
   * c2sp.org/signed-note demands.
   *
   * @param known whose cosignatures count
   * @throws MalformedNoteException if it is no such note
   * @throws SignatureRefusedException if the log's signature, or one of a listed witness, is not
   *     right, or one witness has two
   */
  public static WitnessedHead open(byte[] note, LogVerifierKey log, Collection<WitnessKey> known) {
    if (note.length > MAX_BYTES) {
      throw new MalformedNoteException(
          "witnessed checkpoint", note.length + " bytes, at most " + MAX_BYTES + " are read");
    }
    String text = new String(note, StandardCharsets.UTF_8);
    int blank = text.indexOf("\n\n");
    int own = blank < 0 ? -1 : text.indexOf('\n', blank + 2);
    if (own < 0 || !text.endsWith("\n")) {
      throw new MalformedNoteException("witnessed checkpoint", "it has no signature line");
    }
    Checkpoint checkpoint =
        Checkpoint.open(text.substring(0, own + 1).getBytes(StandardCharsets.UTF_8), log);
    Map<String, Instant> witnesses = new TreeMap<>();
    for (String line : text.substring(own + 1).split("(?<=\n)")) {
      @Nullable WitnessKey witness = line.isEmpty() ? null : find(line, known);
      if (witness != null) {
        Instant time = Cosignature.open(line, witness, checkpoint).time();
        if (witnesses.put(witness.name(), time) != null) {
          throw new SignatureRefusedException(witness.name(), "it has two cosignatures");
        }
      }
    }
    return new WitnessedHead(checkpoint, witnesses);
  }

  private static @Nullable WitnessKey find(String line, Collection<WitnessKey> known) {
    for (WitnessKey witness : known) {
      if (line.startsWith(witness.note().lineStart())) {
        return witness;
      }
    }
    return null;
  }

  /**
   * What the witnesses of a verified folder saw, if the folder says: it must be what is in it.
   *
   * @param verified of the same folder
   * @throws LogDamagedException if witnesses saw another tree than this one, or a larger one
   */
  public static Optional<WitnessedHead> of(
      Path directory, Verification verified, LogVerifierKey log, Collection<WitnessKey> known) {
    LogFiles files = new LogFiles(directory);
    return files.read(FILE, MAX_BYTES).map(note -> require(files, note, verified, log, known));
  }

  private static WitnessedHead require(
      LogFiles files,
      byte[] note,
      Verification verified,
      LogVerifierKey log,
      Collection<WitnessKey> known) {
    Checkpoint now = SignedHead.pin(files, log);
    WitnessedHead head = of(files, note, now, log, known);
    if (now.size() < verified.size()) {
      throw forked(files, head);
    }
    return head;
  }

  /**
   * What the witnesses of a folder saw, which must be what its tiles hold at the head.
   *
   * @param now the folder's head, read after the note
   */
  static WitnessedHead of(
      LogFiles files,
      byte[] note,
      Checkpoint now,
      LogVerifierKey log,
      Collection<WitnessKey> known) {
    WitnessedHead head;
    try {
      head = open(note, log, known);
    } catch (MalformedNoteException | SignatureRefusedException refused) {
      throw new LogDamagedException(files.path(FILE), String.valueOf(refused.getMessage()));
    }
    long size = head.checkpoint.size();
    if (size > now.size()) {
      throw new LogDamagedException(
          files.path(FILE),
          "witnesses saw "
              + size
              + " entries, this folder has "
              + now.size()
              + ": it is an older copy; copy it again");
    }
    if (!new Proofs(files, now.size()).range(0, size).equals(head.checkpoint.root())) {
      throw forked(files, head);
    }
    return head;
  }

  private static LogDamagedException forked(LogFiles files, WitnessedHead head) {
    return new LogDamagedException(
        files.path(FILE),
        "witnesses saw other entries among the first "
            + head.checkpoint.size()
            + " than this folder has: the log was forked; keep both and show them to the members");
  }

  /**
   * Puts a note into a log's folder, atomically. Not synced: it can be collected again.
   *
   * @throws LogUnwritableException if the disk refuses
   */
  public static void write(Path directory, String note) {
    Path file = directory.resolve(FILE);
    // beside the folder: whoever copies it meanwhile takes no half file along
    Path temporary = directory.resolveSibling(FILE + ".new");
    try {
      Files.writeString(temporary, note);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new LogUnwritableException(file, LogFiles.describe(failure), failure);
    }
  }
}

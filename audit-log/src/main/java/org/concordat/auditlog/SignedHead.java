package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A folder's signed checkpoint, read together with the tiles that only it needs. */
final class SignedHead {
  /** How often a head is read again because a writer replaced it meanwhile. */
  private static final int ATTEMPTS = 1000;

  private SignedHead() {}

  /**
   * Reads the checkpoint and pins it and its partial tiles, so that what is read later fits it
   * though a writer goes on: full tiles never change, and a partial tile is deleted once
   * superseded.
   *
   * @throws LogDamagedException naming the file that is missing or not as signed
   */
  static Checkpoint pin(LogFiles files, LogVerifierKey key) {
    return pin(files, key, true);
  }

  /**
   * @param entries false where they are not to be read
   */
  static Checkpoint pin(LogFiles files, LogVerifierKey key, boolean entries) {
    for (int attempt = 1; ; attempt++) {
      byte[] note = note(files);
      Checkpoint head = open(files, note, key);
      Optional<Map<String, byte[]>> partials = read(files, partials(head, entries));
      if (partials.isPresent()) {
        files.pin(LogFiles.CHECKPOINT, note);
        partials.get().forEach(files::pin);
        return head;
      }
      if (attempt >= ATTEMPTS || Arrays.equals(note, note(files))) {
        partials(head, entries).forEach(files::require);
      }
    }
  }

  /** The checkpoint alone; any refusal names its file. */
  static Checkpoint open(LogFiles files, LogVerifierKey key) {
    return open(files, note(files), key);
  }

  /** The signed note as text. */
  static String text(LogFiles files) {
    return new String(note(files), StandardCharsets.UTF_8);
  }

  private static byte[] note(LogFiles files) {
    return files
        .read(LogFiles.CHECKPOINT, Checkpoint.MAX_BYTES)
        .orElseThrow(() -> new LogDamagedException(files.path(LogFiles.CHECKPOINT), "is missing"));
  }

  private static Checkpoint open(LogFiles files, byte[] note, LogVerifierKey key) {
    try {
      return Checkpoint.open(note, key);
    } catch (MalformedNoteException | SignatureRefusedException refused) {
      throw new LogDamagedException(
          files.path(LogFiles.CHECKPOINT), String.valueOf(refused.getMessage()));
    }
  }

  private static Set<TilePath> partials(Checkpoint head, boolean entries) {
    Set<TilePath> partials = TilePath.partials(head.size());
    partials.removeIf(tile -> !entries && tile.level() == TilePath.ENTRIES);
    return partials;
  }

  private static Optional<Map<String, byte[]>> read(LogFiles files, Set<TilePath> partials) {
    Map<String, byte[]> found = new HashMap<>();
    for (TilePath partial : partials) {
      Optional<byte[]> bytes = files.read(partial);
      if (bytes.isEmpty()) {
        return Optional.empty();
      }
      found.put(partial.path(), bytes.get());
    }
    return Optional.of(found);
  }
}

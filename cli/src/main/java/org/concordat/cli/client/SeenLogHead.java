package org.concordat.cli.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.MalformedNoteException;
import org.concordat.auditlog.Rfc6962;
import org.concordat.auditlog.SignatureRefusedException;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;

/**
 * The largest head of the log that was seen here, as signed: what is shown next has to extend it.
 */
public record SeenLogHead(Path file, LogVerifierKey key) {
  private static final String FILE = "seen-log-head";

  /** In a participant's home. */
  static SeenLogHead in(Path home, LogVerifierKey key) {
    return new SeenLogHead(home.resolve(FILE), key);
  }

  /**
   * The head; that of an empty log where none was seen.
   *
   * @throws Failure if the file holds none of this log
   */
  public Checkpoint read() {
    byte[] note;
    try {
      note = Files.readAllBytes(file);
    } catch (NoSuchFileException first) {
      return new Checkpoint(key.name(), 0, Rfc6962.EMPTY_ROOT);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    try {
      return Checkpoint.open(note, key);
    } catch (MalformedNoteException | SignatureRefusedException other) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          file + " holds no head of the log '" + key.name() + "': " + other.getMessage(),
          "if you pinned another genesis, move it away; then nothing says what was seen before",
          other);
    }
  }

  /** The same; empty where none was seen. */
  public Optional<Checkpoint> find() {
    return Files.exists(file) ? Optional.of(read()) : Optional.empty();
  }

  /** Puts a head in its place; durable when it returns. */
  public void write(byte[] note) {
    try {
      Outputs.replace(file, note);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}

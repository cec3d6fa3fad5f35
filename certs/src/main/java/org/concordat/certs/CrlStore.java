package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.certs.CrlSigner.Serial;

/**
 * The newest list of one authority, beside its key: the next one takes its number and its
 * revocations from it. Not for two processes at once.
 */
record CrlStore(Path file) {
  static final String ENDING = ".crl";

  /**
   * @throws CertsException when there is one that cannot be read
   */
  Optional<Crl> read() {
    return Files.exists(file)
        ? Optional.of(Crl.parseOne(SecretFiles.read(file, Crl.MAX_PEM_BYTES)))
        : Optional.empty();
  }

  /**
   * Signs the next list: with what the one in the file revokes, and the one elsewhere. Durable when
   * it returns.
   *
   * @param elsewhere the newest one that others know, where the file is older, of another copy, or
   *     lost
   */
  Crl next(
      CaCertificates.Issuer issuer,
      Optional<Crl> elsewhere,
      Optional<Serial> revoked,
      Duration life,
      Clock clock) {
    List<Crl> before = Stream.concat(read().stream(), elsewhere.stream()).toList();
    Crl next =
        CrlSigner.next(
            issuer, before, revoked, clock.instant().truncatedTo(ChronoUnit.SECONDS), life);
    write(next);
    return next;
  }

  /** The list goes where the key goes. */
  void copyTo(Path other) {
    read().ifPresent(crl -> new CrlStore(other).write(crl));
  }

  private void write(Crl crl) {
    Path whole = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(whole);
      SecretFiles.write(whole, crl.toPem());
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new KeyFileException(file, "cannot write: " + e);
    }
  }
}

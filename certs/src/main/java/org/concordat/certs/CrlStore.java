package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
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
   * Signs the next list. Durable when it returns.
   *
   * @param elsewhere the newest one that others know: it counts where the file is older, or lost
   */
  Crl next(
      CaCertificates.Issuer issuer,
      Optional<Crl> elsewhere,
      Optional<Serial> revoked,
      Duration life,
      Clock clock) {
    Optional<Crl> before = read().or(() -> elsewhere).map(own -> newer(own, elsewhere.orElse(own)));
    Crl next =
        CrlSigner.next(
            issuer, before, revoked, clock.instant().truncatedTo(ChronoUnit.SECONDS), life);
    write(next);
    return next;
  }

  private static Crl newer(Crl one, Crl other) {
    return other.number().compareTo(one.number()) > 0 ? other : one;
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

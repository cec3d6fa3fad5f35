package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Revocation lists that somebody put into a participant's home by hand, where nobody carries them
 * over the network, or where one is hidden: {@value #NAME}, any number of lists, each followed by
 * its issuer's certificate. Read again whenever it changes; nothing in it is believed that its
 * issuer did not sign. Used on one thread.
 */
public final class CrlFile {
  /** The file's name. */
  public static final String NAME = "crl.pem";

  private static final int MAX_BYTES = 16 << 20;

  private final Path file;
  private final Consumer<Crl> take;
  private final Consumer<String> trouble;
  private @Nullable Stamp seen;

  /** What tells one content from another. */
  private record Stamp(String key, Object modified, long bytes) {}

  /**
   * @param take is given each list of a file that is new; may refuse it with a {@link
   *     CertsException}
   * @param trouble is told once of each list that is not taken, and of a file that is not readable
   */
  public CrlFile(Path home, Consumer<Crl> take, Consumer<String> trouble) {
    this.file = home.resolve(NAME);
    this.take = take;
    this.trouble = trouble;
  }

  /** Reads the file if it has changed; every second or so. */
  public void look() {
    Stamp now = stamp();
    if (now == null || now.equals(seen)) {
      return;
    }
    seen = now;
    try {
      for (Crl crl : read(file)) {
        try {
          take.accept(crl);
        } catch (CertsException refused) {
          trouble.accept(file + ": " + refused.getMessage());
        }
      }
    } catch (CertsException unreadable) {
      trouble.accept(file + ": " + unreadable.getMessage());
    }
  }

  /**
   * The lists in a file, unjudged.
   *
   * @throws CertsException when it cannot be read, or anything else is in it
   */
  public static List<Crl> read(Path file) {
    return Crl.parsePem(SecretFiles.read(file, MAX_BYTES));
  }

  /**
   * The lists in a home, unjudged; none where there is no such file.
   *
   * @throws CertsException as {@link #read}
   */
  public static List<Crl> inHome(Path home) {
    Path file = home.resolve(NAME);
    return Files.exists(file) ? read(file) : List.of();
  }

  private @Nullable Stamp stamp() {
    try {
      BasicFileAttributes is = Files.readAttributes(file, BasicFileAttributes.class);
      return new Stamp(String.valueOf(is.fileKey()), is.lastModifiedTime(), is.size());
    } catch (NoSuchFileException none) {
      return null;
    } catch (IOException unreadable) {
      return new Stamp("", "", -1);
    }
  }
}

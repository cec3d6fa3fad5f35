package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.certs.CrlRefusedException.Reason;
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

  /** A clock that is put right, or a roster that is still to come, makes them good. */
  private static final Set<Reason> PASSING =
      Set.of(Reason.NOT_YET_VALID, Reason.ENDED, Reason.NOT_AN_ISSUER);

  private final Path file;
  private final Consumer<Crl> take;
  private final Consumer<String> trouble;
  private final Set<String> told = new HashSet<>();
  private @Nullable Stamp seen;
  private @Nullable Stamp settled;

  /** What tells one content from another. */
  private record Stamp(String key, Object modified, long bytes) {}

  /**
   * @param take is given each list of a file that is new, again while it fails for a reason that
   *     passes: another exception than {@link CrlRefusedException}, or one of a clock or the roster
   * @param trouble is told once of each list that is not taken, and of a file that is not readable
   */
  public CrlFile(Path home, Consumer<Crl> take, Consumer<String> trouble) {
    this.file = home.resolve(NAME);
    this.take = take;
    this.trouble = trouble;
  }

  /** Reads the file if it has changed, or was not taken for a reason that passes; every second. */
  public void look() {
    Stamp now = stamp();
    if (now == null || now.equals(settled)) {
      return;
    }
    if (!now.equals(seen)) {
      seen = now;
      told.clear();
    }
    if (isSettled()) {
      settled = now;
    }
  }

  private boolean isSettled() {
    List<Crl> lists;
    try {
      lists = read(file);
    } catch (CertsException unreadable) {
      tell("", unreadable);
      return unreadable instanceof CrlRefusedException; // whose content will not get better
    }
    boolean all = true;
    for (Crl crl : lists) {
      all &= isSettled(crl);
    }
    return all;
  }

  private boolean isSettled(Crl crl) {
    String which = crl.issuerKey() + "/" + crl.number();
    try {
      take.accept(crl);
      return true;
    } catch (CrlRefusedException refused) {
      tell(which + "/" + refused.reason(), refused);
      return !PASSING.contains(refused.reason());
    } catch (RuntimeException notNow) { // a disk that is full
      tell(which, notNow);
      return false;
    }
  }

  /** Messages have times in them: what was told is known by list and kind. */
  private void tell(String which, RuntimeException why) {
    if (told.add(which + " " + why.getClass().getName())) {
      trouble.accept(file + ": " + why.getMessage());
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

package org.concordat.certs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Marks a member's home as one whose store has never been used: {@code state/incarnation}, 128
 * random bits in hexadecimal. The agent takes them for its store's name at its first start and
 * deletes the file. A store that is empty without it may have been lost, and signs nothing until
 * other members have said what they know of it.
 */
public final class FirstStore {
  /** Below a participant's home. */
  public static final Path FILE = Path.of("state", "incarnation");

  /** Among the keys, and so in their backups: that a first store was made for them. */
  static final Path FOUNDED = Path.of("keys", "founded");

  private static final int BYTES = 16;
  private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{32}\n");

  private FirstStore() {}

  /**
   * Writes the file, 0600 in a folder 0700; durable when it returns. One that a run before this one
   * left whole is kept.
   *
   * @throws KeyFileException when the folder holds a store already: that one is not the first
   */
  public static void found(Path home) {
    Path founded = home.resolve(FOUNDED);
    if (Files.exists(founded) && !Files.exists(home.resolve(FILE))) {
      return; // keys that were put back: the store that comes now is not the first
    }
    mark(home);
    if (!Files.exists(founded)) {
      SecretFiles.makeDirectory(home.resolve("keys"));
      SecretFiles.write(founded, "a first store was made\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static void mark(Path home) {
    Path file = home.resolve(FILE);
    Path state = home.resolve("state");
    SecretFiles.makeDirectory(state);
    try (Stream<Path> there = Files.list(state)) {
      if (there.anyMatch(path -> !path.equals(file))) {
        throw new KeyFileException(
            state, "holds a store already; a new member starts without one, move it away");
      }
      if (Files.exists(file)) {
        if (WHOLE.matcher(Files.readString(file, StandardCharsets.ISO_8859_1)).matches()) {
          return;
        }
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new KeyFileException(state, "cannot read: " + e);
    }
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    String text = HexFormat.of().formatHex(random) + "\n";
    SecretFiles.write(file, text.getBytes(StandardCharsets.US_ASCII));
  }
}

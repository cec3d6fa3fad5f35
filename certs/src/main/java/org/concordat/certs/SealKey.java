package org.concordat.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A program's key for what lies on its own disk: 32 random bytes, in hexadecimal in a 0600 file.
 * Whoever has it opens what was sealed under it; without it that is lost to the program.
 */
public final class SealKey {
  private static final int BYTES = 32;
  private static final int MAX_FILE_BYTES = 2 * BYTES + 2;

  private final byte[] key;

  private SealKey(byte[] key) {
    this.key = key;
  }

  /**
   * Reads it, or makes it where nothing was sealed yet; durable when it returns. Not for two
   * processes at once.
   *
   * @param sealed a file that was sealed under it, if there is one; asked where the key is missing
   * @throws KeyFileException if others may read it, it is damaged, or it is missing and another one
   *     would open nothing of what there is
   */
  public static SealKey loadOrCreate(Path file, Supplier<Optional<Path>> sealed) {
    if (!Files.exists(file)) {
      sealed.get().ifPresent(there -> refuse(file, there));
      byte[] fresh = new byte[BYTES];
      new SecureRandom().nextBytes(fresh);
      SecretFiles.writeWhole(
          file, (HexFormat.of().formatHex(fresh) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    SecretFiles.requirePrivate(file, "0600");
    String hex =
        new String(SecretFiles.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII).strip();
    if (!hex.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
      throw new KeyFileException(
          file,
          "holds no key of 32 bytes; restore it from your copy, or delete it if nothing was sealed"
              + " yet: a new one is made then");
    }
    return new SealKey(HexFormat.of().parseHex(hex));
  }

  private static void refuse(Path file, Path sealed) {
    throw new KeyFileException(
        file,
        "is missing, and %s was sealed under it; restore it from your copy. If it is lost for good,"
                .formatted(sealed)
            + " move the sealed files away and keep them: the holders whom the agreement names open"
            + " the models ('model share', 'model recover')");
  }

  /** A copy of the 32 bytes, for the caller to erase. */
  public byte[] bytes() {
    return key.clone();
  }

  @Override
  public String toString() {
    return "SealKey"; // the key must not end up in a log
  }
}

package org.concordat.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

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
   * Reads it, or makes it; durable when it returns.
   *
   * @throws KeyFileException if others may read it, or it is damaged
   */
  public static SealKey loadOrCreate(Path file) {
    if (!Files.exists(file)) {
      byte[] fresh = new byte[BYTES];
      new SecureRandom().nextBytes(fresh);
      SecretFiles.write(
          file, (HexFormat.of().formatHex(fresh) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    SecretFiles.requirePrivate(file, "0600");
    String hex =
        new String(SecretFiles.read(file, MAX_FILE_BYTES), StandardCharsets.US_ASCII).strip();
    if (!hex.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
      throw new KeyFileException(file, "holds no key of 32 bytes; restore it from your copy");
    }
    return new SealKey(HexFormat.of().parseHex(hex));
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

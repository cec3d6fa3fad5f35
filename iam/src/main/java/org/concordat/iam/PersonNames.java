package org.concordat.iam;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of people that say nothing about them: a keyed hash of issuer and subject. The same person
 * has the same name as long as the key is there; without the key, nobody leads a name in the log
 * back to a person.
 */
public final class PersonNames {
  private static final int KEY_BYTES = 32;
  private static final int NAME_BYTES = 10;

  private final SecretKeySpec key;

  private PersonNames(byte[] key) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /**
   * Reads the key, or makes one that only its owner reads.
   *
   * @throws IOException if others can read it, or it is no such key
   */
  public static PersonNames open(Path file) throws IOException {
    if (Files.notExists(file)) {
      byte[] fresh = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(fresh);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, fresh, StandardOpenOption.SYNC);
    }
    Set<PosixFilePermission> others = EnumSet.copyOf(Files.getPosixFilePermissions(file));
    others.remove(PosixFilePermission.OWNER_READ);
    others.remove(PosixFilePermission.OWNER_WRITE);
    if (!others.isEmpty()) {
      throw new IOException(file + ": others have access; run: chmod 0600 " + file);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != KEY_BYTES) {
      throw new IOException(
          file + " is no key of " + KEY_BYTES + " bytes: restore it, or delete it for new names");
    }
    return new PersonNames(key);
  }

  /** Twenty hexadecimal digits. */
  public String of(String issuer, String subject) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(issuer.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      byte[] digest = mac.doFinal(subject.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", impossible);
    }
  }
}

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
import org.concordat.certs.MemberId;
import org.concordat.iam.token.TokenRefusedException;

/**
 * Names of people that say nothing about them: a hash under a key of each person's own. The same
 * person has the same name as long as that key is there. Once it is destroyed, nobody leads the
 * name in the log back to a person, whoever knows issuer and subject and every other key.
 */
public final class PersonNames {
  /** Keeps the key of each person's name. */
  public interface Keys {
    /**
     * The key of a person, made when it is asked for the first time, durable when it returns.
     *
     * @param person 64 hexadecimal digits that only the coordinator can make of issuer and subject
     * @param member whose person it is
     * @throws TokenRefusedException if the member has as many people as it may
     */
    byte[] keyOf(String person, MemberId member) throws TokenRefusedException;
  }

  /** Bytes of a key. */
  public static final int KEY_BYTES = 32;

  private static final int NAME_BYTES = 10;

  private final byte[] key;
  private final Keys keys;

  private PersonNames(byte[] key, Keys keys) {
    this.key = key;
    this.keys = keys;
  }

  /**
   * Reads the key under which people are looked up, or makes one that only its owner reads.
   *
   * @throws IOException if others can read it, or it is no such key
   */
  public static PersonNames open(Path file, Keys keys) throws IOException {
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
    return new PersonNames(key, keys);
  }

  /**
   * The name of a person of a member: twenty hexadecimal digits.
   *
   * @throws TokenRefusedException if the member has as many people as it may
   */
  public String of(String issuer, String subject, MemberId member) throws TokenRefusedException {
    String person =
        HexFormat.of().formatHex(hash(key, String.join("\0", issuer, subject, member.value())));
    return name(person, keys.keyOf(person, member));
  }

  /** The name under a person's key. */
  public static String name(String person, byte[] personKey) {
    return HexFormat.of().formatHex(hash(personKey, person), 0, NAME_BYTES);
  }

  private static byte[] hash(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", impossible);
    }
  }
}

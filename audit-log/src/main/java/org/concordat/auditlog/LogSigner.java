package org.concordat.auditlog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * A log's Ed25519 signing key. The file holds one line in the note signer form, {@code
 * PRIVATE+KEY+<name>+<hash>+<base64(0x01 || seed)>}, mode 0600. Whoever holds it can sign another
 * history, which only witnesses and pinned checkpoints reveal.
 */
public final class LogSigner {
  private static final String PREFIX = "PRIVATE+KEY+";
  private static final String HMAC = "HmacSHA256";
  private static final String JOURNAL_KEY = "concordat audit log journal 1";
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Ed25519PrivateKeyParameters key;
  private final LogVerifierKey vkey;

  private LogSigner(String name, Ed25519PrivateKeyParameters key) {
    this.key = key;
    this.vkey = LogVerifierKey.of(name, key.generatePublicKey().getEncoded());
  }

  /**
   * Makes a new key and stores it, mode 0600; durable when it returns.
   *
   * @param name the key name and log origin, such as {@code log.alliance.example/main}
   * @throws KeyFileException if the file exists already or cannot be written
   */
  public static LogSigner create(Path file, String name) {
    LogSigner signer = new LogSigner(name, new Ed25519PrivateKeyParameters(new SecureRandom()));
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer line = ByteBuffer.wrap(signer.encoded().getBytes(StandardCharsets.US_ASCII));
      while (line.hasRemaining()) {
        out.write(line);
      }
      out.force(true);
      LogFiles.sync(file.getParent());
      return signer;
    } catch (FileAlreadyExistsException exists) {
      throw new KeyFileException(
          file, "exists already; a log key is never replaced, choose another file");
    } catch (IOException failure) {
      throw new KeyFileException(
          file, "cannot be written (" + failure.getClass().getSimpleName() + ")");
    }
  }

  /**
   * Reads a key made by {@link #create}.
   *
   * @throws KeyFileException if it is missing, malformed, or anyone but the owner may read it
   */
  public static LogSigner load(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (!OWNER_ONLY.containsAll(permissions)) {
        throw new KeyFileException(file, "is open to others; run chmod 600 on it");
      }
      if (Files.size(file) > 1024) {
        throw new KeyFileException(file, "is not a log key: too large");
      }
      return parse(file, Files.readString(file, StandardCharsets.US_ASCII));
    } catch (NoSuchFileException missing) {
      throw new KeyFileException(file, "does not exist");
    } catch (IOException failure) {
      throw new KeyFileException(
          file, "cannot be read (" + failure.getClass().getSimpleName() + ")");
    }
  }

  /** The public half. */
  public LogVerifierKey vkey() {
    return vkey;
  }

  /** The key name and log origin. */
  public String name() {
    return vkey.name();
  }

  byte[] sign(byte[] message) {
    Ed25519Signer signer = new Ed25519Signer();
    signer.init(true, key);
    signer.update(message, 0, message.length);
    return signer.generateSignature();
  }

  /** Authenticates what the log's writer leaves for itself, with a key made from this one. */
  Mac journalMac() {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getEncoded(), HMAC));
      byte[] journalKey = mac.doFinal(JOURNAL_KEY.getBytes(StandardCharsets.US_ASCII));
      mac.init(new SecretKeySpec(journalKey, HMAC));
      return mac;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", impossible);
    }
  }

  @Override
  public String toString() {
    return "LogSigner[" + vkey + "]";
  }

  private String encoded() {
    byte[] typed =
        ByteBuffer.allocate(33).put(LogVerifierKey.ED25519).put(key.getEncoded()).array();
    return PREFIX
        + vkey.name()
        + "+"
        + HexFormat.of().toHexDigits(vkey.keyId())
        + "+"
        + Base64.getEncoder().encodeToString(typed)
        + "\n";
  }

  private static LogSigner parse(Path file, String line) {
    String[] parts = line.strip().split("\\+", 5);
    if (parts.length != 5 || !line.startsWith(PREFIX)) {
      throw new KeyFileException(
          file, "is not a log key: expected one line PRIVATE+KEY+name+hash+key");
    }
    try {
      byte[] typed = StrictBase64.decode("log key", parts[4]);
      if (typed.length == 33 && typed[0] == LogVerifierKey.ED25519) {
        byte[] seed = Arrays.copyOfRange(typed, 1, 33);
        LogSigner signer = new LogSigner(parts[2], new Ed25519PrivateKeyParameters(seed, 0));
        if (HexFormat.of().toHexDigits(signer.vkey.keyId()).equals(parts[3])) {
          return signer;
        }
      }
    } catch (MalformedNoteException malformed) {
      // the same answer for every defect: the file's content is secret
    }
    throw new KeyFileException(file, "is not a log key: name, hash and key do not belong together");
  }
}

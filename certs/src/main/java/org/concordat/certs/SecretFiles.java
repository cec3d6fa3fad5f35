package org.concordat.certs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/** Private keys as PKCS#8 PEM (RFC 7468 section 10) in 0600 files of 0700 directories. */
final class SecretFiles {
  private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
  private static final String END = "-----END PRIVATE KEY-----";
  private static final int MAX_BYTES = 16 << 10;

  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.complementOf(
          EnumSet.of(
              PosixFilePermission.OWNER_READ,
              PosixFilePermission.OWNER_WRITE,
              PosixFilePermission.OWNER_EXECUTE));

  private SecretFiles() {}

  /** Makes the directory 0700 when it is missing; refuses one that others may enter. */
  static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw new KeyFileException(directory, "cannot make this directory: " + e);
    }
    requirePrivate(directory, "0700");
  }

  /** Durable when it returns: file and directory entry are flushed to the device. */
  static void writeKey(Path file, byte[] pkcs8) {
    write(file, pem(pkcs8));
  }

  /** Writes a 0600 file that must not exist yet; durable when it returns. */
  static void write(Path file, byte[] content) {
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    } catch (FileAlreadyExistsException e) {
      throw new KeyFileException(file, "exists already; it is never overwritten, move it away");
    } catch (IOException e) {
      throw new KeyFileException(file, "cannot write: " + e);
    }
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /**
   * The same, and the file is never there in part, whenever the program or the machine stops. Not
   * for two processes at once: a file that is there is replaced.
   */
  static void writeWhole(Path file, byte[] content) {
    Path whole = file.resolveSibling(file.getFileName() + ".tmp");
    try {
      Files.deleteIfExists(whole);
      write(whole, content);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new KeyFileException(file, "cannot write: " + e);
    }
    syncDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
  }

  /** The PKCS#8 bytes of a file that only its owner can read. */
  static byte[] readKey(Path file) {
    requirePrivate(file, "0600");
    String text = new String(read(file, MAX_BYTES), StandardCharsets.US_ASCII).strip();
    if (!text.startsWith(BEGIN) || !text.endsWith(END)) {
      throw new KeyFileException(file, "is not one PEM block PRIVATE KEY (PKCS#8)");
    }
    try {
      return Base64.getMimeDecoder()
          .decode(text.substring(BEGIN.length(), text.length() - END.length()));
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(file, "holds damaged base64; restore it from your copy");
    }
  }

  /**
   * The first line of a file that only its owner can read, for the caller to erase.
   *
   * @throws KeyFileException when it is missing, readable by others, or empty
   */
  static char[] readPassword(Path file) {
    requirePrivate(file, "0600");
    byte[] content = read(file, MAX_BYTES);
    char[] text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(content)).array();
    int end = 0;
    while (end < text.length && text[end] != '\n' && text[end] != '\r' && text[end] != 0) {
      end++;
    }
    char[] line = Arrays.copyOf(text, end);
    Arrays.fill(content, (byte) 0);
    Arrays.fill(text, '\0');
    if (line.length == 0) {
      throw new KeyFileException(file, "holds no password in its first line");
    }
    return line;
  }

  /** Of a file that is no secret, too. */
  static byte[] read(Path file, int maxBytes) {
    try {
      if (Files.size(file) > maxBytes) {
        throw new KeyFileException(file, "is longer than " + maxBytes + " bytes");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new KeyFileException(file, "is missing; was the directory moved or never made?");
    } catch (IOException e) {
      throw new KeyFileException(file, "cannot read: " + e);
    }
  }

  static void requirePrivate(Path path, String wanted) {
    try {
      Set<PosixFilePermission> given =
          Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
      Set<PosixFilePermission> tooMuch = EnumSet.copyOf(OTHERS);
      tooMuch.retainAll(given);
      if (!tooMuch.isEmpty()) {
        throw new KeyFileException(
            path,
            "others have access (%s); run: chmod %s"
                .formatted(PosixFilePermissions.toString(given), wanted));
      }
    } catch (NoSuchFileException e) {
      throw new KeyFileException(path, "is missing; was the directory moved or never made?");
    } catch (IOException e) {
      throw new KeyFileException(path, "cannot read its permissions: " + e);
    }
  }

  private static byte[] pem(byte[] pkcs8) {
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8);
    return (BEGIN + "\n" + body + "\n" + END + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static void syncDirectory(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw new KeyFileException(directory, "cannot flush the directory: " + e);
    }
  }
}

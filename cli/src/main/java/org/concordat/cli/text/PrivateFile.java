package org.concordat.cli.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/** A file with a secret, which nobody but its owner can read at any moment. */
public final class PrivateFile {
  private PrivateFile() {}

  /**
   * Writes a file that must not exist, 0600 from its first byte on. Durable when it returns.
   *
   * @throws java.nio.file.FileAlreadyExistsException if it does
   */
  public static void create(Path file, byte[] content) throws IOException {
    boolean whole = false;
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      try {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
        whole = true;
      } finally {
        if (!whole) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}

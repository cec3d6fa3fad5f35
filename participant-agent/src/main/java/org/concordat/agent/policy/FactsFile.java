package org.concordat.agent.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import org.concordat.jurisdictions.FactSheet;

/**
 * The file {@value #NAME} in a member's home: the sheet of facts that it states, in the envelope
 * that it signed. {@code concordat fact} writes it, the agent reads it.
 */
public record FactsFile(Path home) {
  /** The file's name. */
  public static final String NAME = "facts.signed";

  /** The sheet, and around it names, numbers and the signature. */
  private static final int MAX_BYTES = FactSheet.MAX_BYTES + 1024;

  public Path path() {
    return home.resolve(NAME);
  }

  /**
   * The sealed sheet, unjudged; empty where there is no such file.
   *
   * @throws IOException if it cannot be read, or is larger than any sheet
   */
  public byte[] read() throws IOException {
    try (InputStream in = Files.newInputStream(path(), LinkOption.NOFOLLOW_LINKS)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new IOException(path() + " has more than " + MAX_BYTES + " bytes");
      }
      return content;
    } catch (NoSuchFileException none) {
      return new byte[0];
    }
  }

  /** Puts another sheet there, whole or not at all. Durable when it returns. */
  public void write(byte[] sealed) throws IOException {
    Path partial = home.resolve(NAME + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            EnumSet.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE))) {
      ByteBuffer buffer = ByteBuffer.wrap(sealed);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(
        partial, path(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(home, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }
}

package org.concordat.agent.report;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this site's people must be told, a line each, in {@value #NAME} of its home: obligation
 * {@code notify}. Lines are only added; people remove what they have read.
 */
public record NoticeFile(Path home, Clock clock) {
  /** The file's name. */
  public static final String NAME = "notices.txt";

  private static final Logger LOG = LoggerFactory.getLogger(NoticeFile.class);

  public Path file() {
    return home.resolve(NAME);
  }

  /**
   * Adds a line, and logs it. Durable when it returns.
   *
   * @return why nobody was told; empty where they were
   */
  public String tell(String text) {
    String line = clock.instant() + " " + text.replaceAll("\\p{Cntrl}", " ");
    try (FileChannel channel =
        FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      ByteBuffer rest = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException full) {
      return "the policy wants this site's people told (obligation notify), and %s cannot be written: %s"
          .formatted(file(), full.getMessage());
    }
    LOG.warn("{}", line);
    return "";
  }
}

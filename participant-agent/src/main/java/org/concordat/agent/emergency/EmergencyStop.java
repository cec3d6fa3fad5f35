package org.concordat.agent.emergency;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;

/**
 * The file {@code EMERGENCY-STOP} in an agent's home. While anything of that name is there, the
 * agent trains, uploads and reveals nothing: one that runs is ended within {@value #LOOK_MILLIS} ms
 * as if its power had failed, one that starts refuses. Anybody who may write the home can stop it,
 * with {@code touch} as well: no key, no network and no help of the agent is needed. State is safe,
 * as it is in any crash.
 */
public final class EmergencyStop {
  /** The file's name. */
  public static final String FILE = "EMERGENCY-STOP";

  /** How often a running agent looks. */
  public static final long LOOK_MILLIS = 100;

  private static final int MAX_REASON_CHARS = 500;

  private final Path file;

  public EmergencyStop(Path home) {
    this.file = home.resolve(FILE);
  }

  public Path file() {
    return file;
  }

  /** Whether it is set; where that cannot be told, it is. */
  public boolean isSet() {
    return !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Sets it. Durable when it returns; one that is set already stays as it is.
   *
   * @param reason for this site's people, may be empty
   */
  public void set(String reason) throws IOException {
    if (isSet()) {
      return;
    }
    Path home = file.toAbsolutePath().getParent();
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap(reason.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    try (FileChannel directory = FileChannel.open(home, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Why it was set, as far as somebody wrote it down; shown to this site's people. */
  public String reason() {
    try {
      String text =
          new String(
              Files.newInputStream(file).readNBytes(4 * MAX_REASON_CHARS), StandardCharsets.UTF_8);
      String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
      return line.length() <= MAX_REASON_CHARS ? line : line.substring(0, MAX_REASON_CHARS);
    } catch (IOException unreadable) {
      return "";
    }
  }

  /**
   * Takes it away: the agent may be started again.
   *
   * @return whether it was set
   */
  public boolean lift() throws IOException {
    return Files.deleteIfExists(file);
  }

  /** Looks on a thread of its own, which nothing else can hold up, and acts once. */
  public void watch(Runnable act) {
    Thread thread = new Thread(() -> look(act), "emergency-stop");
    thread.setDaemon(true);
    thread.setPriority(Thread.MAX_PRIORITY);
    thread.start();
  }

  private void look(Runnable act) {
    try {
      while (!isSet()) {
        Thread.sleep(LOOK_MILLIS);
      }
      act.run();
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    }
  }
}

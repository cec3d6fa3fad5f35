package org.concordat.auditlog;

import java.nio.file.Files;
import java.nio.file.Path;

/** There is no log where one was looked for. */
public final class LogMissingException extends AuditLogException {
  private LogMissingException(Path directory, String problem) {
    super(directory + " " + problem);
  }

  /**
   * @throws LogMissingException unless the path is a folder
   */
  static void requireFolder(Path directory) {
    if (!Files.exists(directory)) {
      throw new LogMissingException(directory, "does not exist: there is no such folder");
    }
    if (!Files.isDirectory(directory)) {
      throw new LogMissingException(
          directory, "is no folder: name the one with 'checkpoint' in it");
    }
    if (!Files.exists(directory.resolve(LogFiles.CHECKPOINT))
        && !Files.exists(directory.resolve("tile"))) {
      throw new LogMissingException(
          directory, "is no audit log: it has no 'checkpoint' and no 'tile'");
    }
  }
}

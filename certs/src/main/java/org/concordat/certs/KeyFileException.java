package org.concordat.certs;

import java.nio.file.Path;

/** A secret file that is missing, readable by others, or not the key it should be. */
public final class KeyFileException extends CertsException {
  private static final long serialVersionUID = 1L;

  private final transient Path path;
  private final String problem;

  KeyFileException(Path path, String problem) {
    super("key file " + path + ": " + problem);
    this.path = path;
    this.problem = problem;
  }

  public Path path() {
    return path;
  }

  public String problem() {
    return problem;
  }
}

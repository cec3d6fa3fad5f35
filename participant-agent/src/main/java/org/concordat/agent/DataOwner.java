package org.concordat.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.agent.site.MisconfiguredException;
import org.concordat.iam.Site;
import org.jspecify.annotations.Nullable;

/**
 * Whose data a data root is. Keeping members apart is the operating system's work; this catches the
 * mistake of a configuration copied from another participant on the same machine.
 */
final class DataOwner {
  private static final String REQUEST = "request.json";

  private DataOwner() {}

  /**
   * Refuses a data root inside the home of another participant.
   *
   * @throws MisconfiguredException naming that participant
   */
  static void check(AgentConfig config) {
    Path own = real(config.home());
    for (@Nullable Path at = real(config.dataRoot()); at != null; at = at.getParent()) {
      if (at.equals(own)) {
        return;
      }
      if (Files.isDirectory(at.resolve(Site.KEYS)) && Files.exists(at.resolve(REQUEST))) {
        throw new MisconfiguredException(
            ("data-root %s lies in the home of %s, this agent is '%s': name a directory"
                    + " with this member's own data")
                .formatted(config.dataRoot(), owner(at), config.name()));
      }
    }
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException missing) {
      return path.toAbsolutePath().normalize(); // refused later, with a better message
    }
  }

  private static String owner(Path home) {
    try {
      String name =
          new ObjectMapper()
              .readTree(Files.readAllBytes(home.resolve(REQUEST)))
              .path("id")
              .asText();
      return name.isEmpty() ? "another participant" : "another participant, '" + name + "'";
    } catch (IOException unreadable) {
      return "another participant";
    }
  }
}

package org.concordat.coordinator;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Objects;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.concordat.protocol.Limits;
import org.jspecify.annotations.Nullable;

/**
 * A regional aggregator's configuration file.
 *
 * @param name its id in the roster, which has its address, too: there its region's members go
 * @param home the directory with keys and state
 * @param host the address to listen on
 * @param port 0 lets the system pick; the port in use is written to {@code home/port}
 * @param coordinatorHost where the coordinator is reached
 * @param workers threads for hashing and adding up
 */
public record RegionalConfig(
    String name,
    Path home,
    Path genesis,
    String host,
    int port,
    String coordinatorHost,
    int coordinatorPort,
    Limits limits,
    int workers) {
  private static final int HIGHEST_PORT = 65_535;

  /** Reads the file; reports every mistake at once. */
  public static RegionalConfig read(Path file) {
    Section root = Yaml.read(file);
    String name = CoordinatorConfig.name(root);
    Path home = root.file("home");
    Path genesis = root.file("genesis");
    @Nullable InetSocketAddress listen =
        root.has("listen") ? root.listenOrNull("listen") : CoordinatorConfig.LISTEN;
    Section coordinator = root.section("coordinator");
    String address = coordinator.text("address");
    coordinator.done();
    int colon = address.lastIndexOf(':');
    int port = port(coordinator, address, colon);
    Limits limits = CoordinatorConfig.limits(root.sectionOrEmpty("limits"));
    int workers = (int) root.integer("workers", 1, 256, 2L);
    root.done();
    root.problems().throwIfAny();
    return new RegionalConfig(
        name,
        home,
        genesis,
        Objects.requireNonNull(listen).getHostString(),
        listen.getPort(),
        address.substring(0, colon),
        port,
        limits,
        workers);
  }

  private static int port(Section section, String address, int colon) {
    try {
      int port = colon < 1 ? 0 : Integer.parseInt(address.substring(colon + 1));
      if (port >= 1 && port <= HIGHEST_PORT) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    if (!address.isEmpty()) {
      section.problem("address", "'coordinator.address' is '" + address + "': expected host:port");
    }
    return 0;
  }
}

package org.concordat.coordinator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.audit.TileServer;
import org.concordat.coordinator.operations.Readiness;
import org.concordat.protocol.HealthPort;
import org.jspecify.annotations.Nullable;

/** What a coordinator tells over plain HTTP, each on a port of its own, where its file says so. */
final class HttpPorts implements AutoCloseable {
  /** The file in the home directory that says on which port the log is served. */
  static final String LOG_PORT_FILE = "log-port";

  private final Path portFile;
  private @Nullable TileServer log;
  private @Nullable HealthPort health;

  private HttpPorts(Path home) {
    this.portFile = home.resolve(LOG_PORT_FILE);
  }

  /**
   * Opens those that there are.
   *
   * @throws IOException if a port is in use or cannot be bound; none is open then
   */
  static HttpPorts open(CoordinatorConfig config, AuditTrail audit, Readiness readiness)
      throws IOException {
    HttpPorts ports = new HttpPorts(config.home());
    boolean open = false;
    try {
      if (config.logListen().isPresent()) { // first: its limits of the process are the wider ones
        ports.log = TileServer.start(config.logListen().get(), audit.tiles());
        Files.writeString(ports.portFile, ports.log.port() + "\n");
      }
      if (config.healthListen().isPresent()) {
        ports.health = HealthPort.start(config.healthListen().get(), readiness.checks());
      }
      open = true;
      return ports;
    } finally {
      if (!open) {
        ports.close();
      }
    }
  }

  /** The port on which health is told, if it is. */
  OptionalInt healthPort() {
    return health == null ? OptionalInt.empty() : OptionalInt.of(health.port());
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
      try {
        Files.deleteIfExists(portFile);
      } catch (IOException leftBehind) {
        // a stale port file only misleads whoever reads it before the next start
      }
    }
    if (health != null) {
      health.close();
    }
  }
}

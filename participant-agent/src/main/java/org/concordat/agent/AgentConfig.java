package org.concordat.agent;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.concordat.agent.approval.ApprovalRule;
import org.concordat.agent.train.TrainerSettings;
import org.concordat.agent.witness.HeadDemand;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.MemberId;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.concordat.protocol.WireLimits;

/**
 * An agent's configuration file.
 *
 * @param name the member's id in the roster
 * @param home the directory with keys and state
 * @param coordinatorName the coordinator's id in the roster; its certificate must carry that name
 * @param carried whether messages are carried as files, where no line reaches; then host and port
 *     say nothing
 * @param dataRoot the only directory from which data is read
 * @param dataSets descriptions of the data sets that jobs may ask for
 * @param approval which jobs are consented to without asking a person
 * @param spotCheck fraction of the leaves of a round's sum that are recomputed before its result is
 *     signed; 1 is a full replay, 0 none
 * @param healthListen where {@code /health} is answered; absent: nowhere
 * @param logWitnesses whose cosignatures the audit log's heads must have
 * @param trainer how trainers are started
 * @param leafLife of this site's TLS certificates; at two thirds of it the session moves to a new
 *     connection with a new one
 * @param siteLogEntries how many the site's log has at most
 */
public record AgentConfig(
    String name,
    Path home,
    Path genesis,
    String coordinatorName,
    boolean carried,
    String coordinatorHost,
    int coordinatorPort,
    Path dataRoot,
    List<Path> dataSets,
    ApprovalRule approval,
    double spotCheck,
    Optional<InetSocketAddress> healthListen,
    HeadDemand logWitnesses,
    TrainerSettings trainer,
    WireLimits limits,
    Duration leafLife,
    long siteLogEntries) {
  private static final int LEAST_LEAF_SECONDS = 3;

  /** Of a site that is carried. */
  private static final String NOWHERE = "none:1";

  /** Reads the file; reports every mistake at once. */
  public static AgentConfig read(Path file) {
    Section root = Yaml.read(file);
    String name = member(root, "name");
    Path home = root.file("home");
    Path genesis = root.file("genesis");
    Section coordinator = root.section("coordinator");
    String coordinatorName = member(coordinator, "name");
    boolean carried = coordinator.flag("carried", false);
    String address = carried ? NOWHERE : coordinator.text("address");
    coordinator.done();
    int colon = address.lastIndexOf(':');
    int port = port(coordinator, address, colon);
    Path dataRoot = root.file("data-root");
    List<Path> dataSets =
        root.texts("data-sets").stream().map(file.toAbsolutePath()::resolveSibling).toList();
    ApprovalRule approval = ApprovalRule.read(root.sectionOrEmpty("approval"));
    double spotCheck = root.number("spot-check", 0, 1, carried ? 0 : 0.01);
    if (carried && spotCheck > 0) {
      root.problem(
          "spot-check",
          "'spot-check' is %s: leaves cannot be asked for across an air gap, leave it away"
              .formatted(spotCheck));
    }
    Optional<InetSocketAddress> healthListen =
        Optional.ofNullable(root.listenOrNull("health-listen"));
    if (carried && root.has("log-witnesses")) {
      root.problem(
          "log-witnesses",
          "'log-witnesses' cannot be demanded across an air gap: a head that is not seen there in"
              + " time is no sign of a lie; leave it away");
    }
    HeadDemand logWitnesses = HeadDemand.read(root.sectionOrEmpty("log-witnesses"));
    TrainerSettings trainer = TrainerSettings.read(root.sectionOrEmpty("trainer"), home);
    Duration leafLife =
        Duration.ofSeconds(
            root.integer(
                "leaf-seconds",
                LEAST_LEAF_SECONDS,
                LeafIssuer.MAX_VALIDITY.toSeconds(),
                LeafIssuer.DEFAULT_VALIDITY.toSeconds()));
    long siteLogEntries = root.integer("site-log-entries", 1000, 9_000_000, 1_000_000L);
    root.done();
    root.problems().throwIfAny();
    return new AgentConfig(
        name,
        home,
        genesis,
        coordinatorName,
        carried,
        address.substring(0, colon),
        port,
        dataRoot,
        dataSets,
        approval,
        spotCheck,
        healthListen,
        logWitnesses,
        trainer,
        WireLimits.DEFAULT,
        leafLife,
        siteLogEntries);
  }

  private static String member(Section section, String key) {
    String name = section.text(key);
    if (!name.isEmpty()) {
      try {
        return new MemberId(name).value();
      } catch (IllegalArgumentException wrong) {
        section.problem(key, "'" + key + "': " + wrong.getMessage());
      }
    }
    return name;
  }

  private static int port(Section section, String address, int colon) {
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (colon > 0 && port > 0 && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException notANumber) {
      // reported below
    }
    if (!address.isEmpty()) {
      section.problem("address", "'coordinator.address' is '" + address + "': expected host:port");
    }
    return 1;
  }
}

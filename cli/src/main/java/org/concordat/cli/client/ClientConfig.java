package org.concordat.cli.client;

import java.net.URI;
import java.nio.file.Path;
import org.concordat.agent.AgentConfig;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, and whom.
 *
 * @param home the participant's own directory, with its keys
 * @param name its id in the roster
 * @param role to act in; null for the first of its roles that may make the call
 * @param genesis the pinned genesis
 * @param address {@code host:port} of the coordinator
 * @param provider where a person signs in; null where the file does not say
 */
public record ClientConfig(
    Path home,
    MemberId name,
    @Nullable Role role,
    Path genesis,
    CoordinatorAddress address,
    @Nullable ProviderAddress provider) {

  /**
   * Reads a client's file, or takes from an agent's file what a client needs; reports every mistake
   * at once.
   *
   * @throws org.concordat.config.Problems.InvalidConfigurationException with file and line of each
   */
  public static ClientConfig read(Path file) {
    Section root = Yaml.read(file);
    if (root.has("data-root")) {
      AgentConfig agent = AgentConfig.read(file);
      return new ClientConfig(
          agent.home(),
          new MemberId(agent.name()),
          null,
          agent.genesis(),
          new CoordinatorAddress(agent.coordinatorHost(), agent.coordinatorPort()),
          null);
    }
    return read(root);
  }

  private static ClientConfig read(Section root) {
    Path home = root.file("home");
    MemberId name = parsed(root, "name", MemberId::new, new MemberId("nobody"));
    Role role = root.has("role") ? parsed(root, "role", Role::of, Role.OPERATOR) : null;
    Path genesis = root.file("genesis");
    Section coordinator = root.section("coordinator");
    CoordinatorAddress address =
        parsed(
            coordinator,
            "address",
            CoordinatorAddress::parse,
            new CoordinatorAddress("invalid", 1));
    coordinator.textOrNull("name"); // optional here: the genesis names the coordinator
    coordinator.done();
    @Nullable ProviderAddress provider = root.has("oidc") ? provider(root.section("oidc")) : null;
    root.done();
    root.problems().throwIfAny();
    return new ClientConfig(home, name, role, genesis, address, provider);
  }

  private static @Nullable ProviderAddress provider(Section section) {
    String issuer = section.text("issuer");
    String clientId = section.text("client-id", "concordat-cli");
    String scope = section.text("scope", ProviderAddress.SCOPE);
    @Nullable Path serviceKey = section.fileOrNull("service-key");
    section.done();
    try {
      return issuer.isEmpty()
          ? null
          : new ProviderAddress(URI.create(issuer), clientId, scope, serviceKey);
    } catch (IllegalArgumentException wrong) {
      section.problem("issuer", "'oidc.issuer': " + wrong.getMessage());
      return null;
    }
  }

  private interface Parser<T> {
    T parse(String text);
  }

  private static <T> T parsed(Section section, String key, Parser<T> parser, T harmless) {
    String text = section.text(key);
    if (!text.isEmpty()) {
      try {
        return parser.parse(text);
      } catch (IllegalArgumentException wrong) {
        section.problems().add(section.line(key), "'" + key + "': " + wrong.getMessage());
      }
    }
    return harmless;
  }
}

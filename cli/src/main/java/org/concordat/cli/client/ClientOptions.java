package org.concordat.cli.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Options of every command that calls the coordinator: a file, or the same as flags, which win over
 * the file.
 */
public final class ClientOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "Who calls and whom: a client.yaml, or your agent.yaml (default: the variable CONCORDAT_CONFIG).")
  private @Nullable Path config;

  @Option(names = "--home", paramLabel = "DIR", description = "Your own directory, with your keys.")
  private @Nullable Path home;

  @Option(names = "--as", paramLabel = "ID", description = "Your id in the roster.")
  private @Nullable String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description = "The role to act in (default: the first of yours that may).")
  private @Nullable String role;

  @Option(
      names = "--genesis",
      paramLabel = "FILE",
      description = "The genesis that you have pinned.")
  private @Nullable Path genesis;

  @Option(
      names = "--coordinator",
      paramLabel = "HOST:PORT",
      description = "Where the coordinator is reached.")
  private @Nullable String address;

  /** The genesis named on the command line or in the file. */
  public Path genesisFile() {
    return genesis != null ? genesis : resolve().genesis();
  }

  /**
   * What a command needs that calls nobody.
   *
   * @param home the participant's own directory
   * @param name its id in the roster
   * @param genesis the pinned genesis
   */
  public record Home(Path home, MemberId name, Path genesis) {}

  /** The same without a coordinator's address. */
  public Home resolveHome() {
    @Nullable ClientConfig file = file();
    @Nullable Path resolvedHome = home != null ? home : file == null ? null : file.home();
    @Nullable MemberId resolvedName =
        name != null ? new MemberId(name) : file == null ? null : file.name();
    @Nullable Path resolvedGenesis =
        genesis != null ? genesis : file == null ? null : file.genesis();
    if (resolvedHome == null || resolvedName == null || resolvedGenesis == null) {
      throw new Failure(
          ExitCode.USAGE,
          "it is not said whose home it is",
          "give --config agent.yaml, or --home, --as and --genesis");
    }
    return new Home(resolvedHome, resolvedName, resolvedGenesis);
  }

  /** File, environment and flags together. */
  public ClientConfig resolve() {
    @Nullable ClientConfig file = file();
    @Nullable Path resolvedHome = home != null ? home : file == null ? null : file.home();
    @Nullable MemberId resolvedName =
        name != null ? new MemberId(name) : file == null ? null : file.name();
    @Nullable Role resolvedRole = role != null ? Role.of(role) : file == null ? null : file.role();
    @Nullable Path resolvedGenesis =
        genesis != null ? genesis : file == null ? null : file.genesis();
    @Nullable CoordinatorAddress resolvedAddress =
        address != null ? CoordinatorAddress.parse(address) : file == null ? null : file.address();
    if (resolvedHome == null
        || resolvedName == null
        || resolvedGenesis == null
        || resolvedAddress == null) {
      throw missing(resolvedHome, resolvedName, resolvedGenesis, resolvedAddress);
    }
    return new ClientConfig(
        resolvedHome,
        resolvedName,
        resolvedRole,
        resolvedGenesis,
        resolvedAddress,
        file == null ? null : file.provider());
  }

  private @Nullable ClientConfig file() {
    if (config != null) {
      return ClientConfig.read(config);
    }
    String variable = System.getenv("CONCORDAT_CONFIG");
    return variable == null || variable.isBlank() ? null : ClientConfig.read(Path.of(variable));
  }

  private static Failure missing(
      @Nullable Path home,
      @Nullable MemberId name,
      @Nullable Path genesis,
      @Nullable CoordinatorAddress address) {
    List<String> flags = new ArrayList<>();
    if (home == null) {
      flags.add("--home");
    }
    if (name == null) {
      flags.add("--as");
    }
    if (genesis == null) {
      flags.add("--genesis");
    }
    if (address == null) {
      flags.add("--coordinator");
    }
    return new Failure(
        ExitCode.USAGE,
        "it is not said who calls the coordinator: " + String.join(", ", flags) + " missing",
        "give --config client.yaml (a sample is in examples/alliances), or set CONCORDAT_CONFIG, or give these flags");
  }
}

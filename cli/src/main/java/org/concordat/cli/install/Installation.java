package org.concordat.cli.install;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.train.TrainerSettings;
import org.jspecify.annotations.Nullable;

/** Where this program is installed; the launcher tells. */
public final class Installation {
  private static final String HOME_PROPERTY = "concordat.home";

  private Installation() {}

  /**
   * The folder of {@code bin}, {@code lib} and {@code examples}, unless run from a build's class
   * path.
   */
  public static Optional<Path> home() {
    @Nullable String home = System.getProperty(HOME_PROPERTY);
    return home == null
        ? Optional.empty()
        : Optional.of(Path.of(home).toAbsolutePath().normalize());
  }

  /** The command that people type. */
  public static String command() {
    return System.getProperty("concordat.command", "concordat");
  }

  /** The samples and the demo's data. */
  public static Optional<Path> examples() {
    return home().map(home -> home.resolve("examples")).filter(Files::isDirectory);
  }

  /**
   * Where the default trainer's natives are unpacked once for all of this user's demos: some 400
   * MB.
   */
  public static Path nativeCache() {
    @Nullable String own = System.getenv("CONCORDAT_CACHE");
    @Nullable String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        own != null
            ? Path.of(own)
            : xdg != null
                ? Path.of(xdg, "concordat")
                : Path.of(System.getProperty("user.home"), ".cache", "concordat");
    return base.resolve("natives-" + Software.VERSION).toAbsolutePath();
  }

  /** The default trainer's jars. */
  public static Optional<Path> trainer() {
    return home().map(home -> home.resolve("lib").resolve("trainer")).filter(Files::isDirectory);
  }

  /** The configuration, with the installed trainer where it names none. */
  public static AgentConfig withTrainer(AgentConfig config) {
    TrainerSettings trainer = config.trainer();
    if (trainer.classPath() != null || !trainer.command().isEmpty() || trainer().isEmpty()) {
      return config;
    }
    return new AgentConfig(
        config.name(),
        config.home(),
        config.genesis(),
        config.coordinatorName(),
        config.carried(),
        config.coordinatorHost(),
        config.coordinatorPort(),
        config.dataRoot(),
        config.dataSets(),
        config.approval(),
        config.spotCheck(),
        config.healthListen(),
        config.logWitnesses(),
        new TrainerSettings(
            trainer.java(),
            trainer().get(),
            trainer.command(),
            trainer.nativeCache(),
            trainer.startLimit(),
            trainer.maxMemoryMib()),
        config.limits(),
        config.leafLife(),
        config.siteLogEntries());
  }
}

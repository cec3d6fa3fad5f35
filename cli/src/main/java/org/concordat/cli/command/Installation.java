package org.concordat.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.concordat.agent.AgentConfig;
import org.concordat.agent.AgentConfig.TrainerSettings;
import org.jspecify.annotations.Nullable;

/** Where this program is installed; the launcher tells. */
final class Installation {
  private static final String HOME_PROPERTY = "concordat.home";

  private Installation() {}

  /** The folder of {@code bin}, {@code lib} and {@code examples}, unless run from a build's class path. */
  static Optional<Path> home() {
    @Nullable String home = System.getProperty(HOME_PROPERTY);
    return home == null ? Optional.empty() : Optional.of(Path.of(home).toAbsolutePath().normalize());
  }

  /** The default trainer's jars. */
  static Optional<Path> trainer() {
    return home().map(home -> home.resolve("lib").resolve("trainer")).filter(Files::isDirectory);
  }

  /** The configuration, with the installed trainer where it names none. */
  static AgentConfig withTrainer(AgentConfig config) {
    TrainerSettings trainer = config.trainer();
    if (trainer.classPath() != null || !trainer.command().isEmpty() || trainer().isEmpty()) {
      return config;
    }
    return new AgentConfig(
        config.name(),
        config.home(),
        config.genesis(),
        config.coordinatorName(),
        config.coordinatorHost(),
        config.coordinatorPort(),
        config.dataRoot(),
        config.dataSets(),
        config.approval(),
        new TrainerSettings(
            trainer.java(),
            trainer().get(),
            trainer.command(),
            trainer.nativeCache(),
            trainer.startLimit(),
            trainer.maxMemoryMib()),
        config.limits());
  }
}

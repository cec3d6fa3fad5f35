package org.concordat.agent.train;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.concordat.config.Section;
import org.jspecify.annotations.Nullable;

/**
 * How trainers run, in an agent's file.
 *
 * @param classPath a folder of jars, or null where a command is given
 * @param command replaces java and class path; empty for the default trainer
 * @param nativeCache where natives are unpacked, shared by the agents of a machine
 * @param startLimit how long a trainer may take to be ready
 * @param maxMemoryMib a job that asks for more is refused
 */
public record TrainerSettings(
    @Nullable Path java,
    @Nullable Path classPath,
    List<String> command,
    Path nativeCache,
    Duration startLimit,
    int maxMemoryMib) {
  /**
   * Mistakes are told with those of the rest of the file.
   *
   * @param home the agent's
   */
  public static TrainerSettings read(Section section, Path home) {
    @Nullable Path java = section.fileOrNull("java");
    @Nullable Path classPath = section.fileOrNull("class-path");
    List<String> command = section.texts("command");
    @Nullable Path cache = section.fileOrNull("native-cache");
    Duration startLimit = Duration.ofSeconds(section.integer("start-seconds", 1, 3600, 120L));
    int memory = (int) section.integer("max-memory-mib", 64, 1 << 20, 4096L);
    section.done();
    return new TrainerSettings(
        java,
        classPath,
        command,
        cache == null ? home.resolve("natives") : cache,
        startLimit,
        memory);
  }
}

package org.concordat.agent.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How trainers are started.
 *
 * @param command before the memory flags: a java executable, or a whole command of the member's own
 * @param classPath jars of the default trainer, or null for a command of the member's own
 * @param nativeCache where the default trainer's natives are unpacked once, shared by the agents of
 *     a machine
 * @param directory of this agent, below which each trainer gets an empty working directory and a
 *     log
 */
public record TrainerLaunch(
    List<String> command, @Nullable Path classPath, Path nativeCache, Path directory) {
  private static final String MAIN = "org.concordat.trainer.TrainerMain";
  private static final long PREPARE_LIMIT_SECONDS = 600;

  /** A file lock keeps other processes out, this one the other agents of a process. */
  private static final Object IN_THIS_PROCESS = new Object();

  /** As the agent's configuration says. */
  public static TrainerLaunch of(TrainerSettings settings, Path home) {
    Path directory = home.resolve("trainers");
    if (!settings.command().isEmpty()) {
      return new TrainerLaunch(settings.command(), null, settings.nativeCache(), directory);
    }
    Path java = settings.java() == null ? currentJava() : settings.java();
    return new TrainerLaunch(
        List.of(java.toString()), settings.classPath(), settings.nativeCache(), directory);
  }

  /** The java that runs this process. */
  public static Path currentJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** The command line of a trainer. It holds no secrets. */
  List<String> commandLine(int memoryMib) {
    List<String> line = new ArrayList<>(command);
    if (classPath == null) {
      return line;
    }
    Path classes = nativeCache.resolve(NativeCache.CLASSES);
    if (Files.exists(classes)) {
      line.add("-XX:SharedArchiveFile=" + classes);
      line.add("-Xlog:disable"); // another Java would say on stdout that it does without
    }
    line.addAll(jvmFlags(memoryMib));
    line.add(MAIN);
    return line;
  }

  private List<String> jvmFlags(int memoryMib) {
    List<String> flags = new ArrayList<>();
    flags.add("-Xmx" + memoryMib + "m");
    flags.add("-XX:+UseSerialGC");
    flags.add("-XX:TieredStopAtLevel=1");
    flags.add("-XX:+ExitOnOutOfMemoryError");
    flags.add("-Dorg.bytedeco.javacpp.maxbytes=" + memoryMib + "m");
    flags.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=" + (2L * memoryMib + 1024) + "m");
    flags.add("-Dorg.bytedeco.javacpp.cachedir=" + nativeCache);
    if (Runtime.version().feature() >= 22) {
      flags.add("--enable-native-access=ALL-UNNAMED");
    }
    flags.add("-cp");
    flags.add(classPath + "/*");
    return flags;
  }

  /**
   * Unpacks the default trainer's natives into the cache, once, whoever comes first; the others
   * wait.
   *
   * @return whether this call did the work
   * @throws TrainerFailedException if it cannot be done
   */
  public boolean prepare() throws TrainerFailedException {
    if (classPath == null) {
      return false;
    }
    requireUsableCache();
    try {
      synchronized (IN_THIS_PROCESS) {
        return prepareLocked();
      }
    } catch (IOException failure) {
      throw new TrainerFailedException(
          TrainerFailedException.Reason.NOT_STARTED,
          "natives cannot be unpacked into " + nativeCache + ": " + failure.getMessage());
    }
  }

  /**
   * Refuses a cache that natives cannot be unpacked into or loaded from: JavaCPP would silently
   * take another place, or the trainer would die without a word.
   *
   * @throws TrainerFailedException naming the directory, what is wrong with it, and the way out
   */
  public void requireUsableCache() throws TrainerFailedException {
    if (classPath == null) {
      return;
    }
    Optional<String> problem = NativeCache.problem(nativeCache);
    if (problem.isPresent()) {
      throw new TrainerFailedException(
          TrainerFailedException.Reason.NOT_STARTED,
          ("natives cannot be unpacked into %s and loaded from there: %s. Next: name"
                  + " another directory as trainer.native-cache")
              .formatted(nativeCache, problem.get()));
    }
  }

  private boolean prepareLocked() throws IOException, TrainerFailedException {
    Path marker = nativeCache.resolve(NativeCache.PREPARED);
    try (FileChannel channel =
            FileChannel.open(
                nativeCache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || Files.exists(marker)) {
        return false;
      }
      unpack();
      Files.writeString(marker, "natives unpacked\n");
      return true;
    }
  }

  /** Whether the default trainer's natives are in this cache. */
  public static boolean isPrepared(Path nativeCache) {
    return Files.exists(nativeCache.resolve(NativeCache.PREPARED));
  }

  private void unpack() throws IOException, TrainerFailedException {
    Path classes = nativeCache.resolve(NativeCache.CLASSES);
    Path written = nativeCache.resolve(NativeCache.CLASSES + ".new");
    Files.deleteIfExists(classes);
    List<String> line = commandLine(512);
    line.add(command.size(), "-XX:ArchiveClassesAtExit=" + written);
    line.add("--prepare");
    runToEnd(line);
    if (Files.exists(written)) { // not every Java writes one
      Files.move(written, classes, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void runToEnd(List<String> line) throws IOException, TrainerFailedException {
    Path log = nativeCache.resolve("prepare.log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
    clean(builder.environment(), nativeCache);
    Process process = builder.start();
    try {
      if (!process.waitFor(PREPARE_LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new TrainerFailedException(
            TrainerFailedException.Reason.NOT_STARTED,
            "unpacking the natives failed; " + log + " says why");
      }
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new TrainerFailedException(TrainerFailedException.Reason.NOT_STARTED, "interrupted");
    }
  }

  /** Leaves a child only what it needs to run: no secrets of the agent's environment. */
  static void clean(Map<String, String> environment, Path home) {
    String path = environment.getOrDefault("PATH", "/usr/bin:/bin");
    String user = environment.getOrDefault("HOME", home.toString());
    environment.clear();
    environment.put("PATH", path);
    environment.put("HOME", user);
    environment.put("OMP_NUM_THREADS", "1");
  }
}

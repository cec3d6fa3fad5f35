package org.concordat.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The coordinator, aggregators and agents of an alliance as processes of their own, to be killed.
 */
final class Processes implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final TestAlliance alliance;
  private final Map<String, Child> children = new LinkedHashMap<>();

  private final Function<String, List<String>> prefix;

  Processes(TestAlliance alliance) {
    this(alliance, who -> List.of());
  }

  /**
   * @param prefix the command that runs somebody's program, such as {@code ip netns exec NAME}; it
   *     has to become that program
   */
  Processes(TestAlliance alliance, Function<String, List<String>> prefix) {
    this.alliance = alliance;
    this.prefix = prefix;
  }

  /** A child process and what it prints. */
  static final class Child {
    final Process process;
    final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    Child(Process process) {
      this.process = process;
      Thread reader =
          new Thread(
              () -> {
                try (BufferedReader in =
                    new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                  String line;
                  while ((line = in.readLine()) != null) {
                    lines.add(line);
                  }
                } catch (IOException gone) {
                  // the process was killed
                }
              });
      reader.setDaemon(true);
      reader.start();
    }

    String await(String prefix) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      List<String> seen = new ArrayList<>();
      boolean alive = true;
      while (alive && System.nanoTime() < end) {
        alive = process.isAlive();
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null) {
          alive = true; // there may be more
          seen.add(line);
          if (line.startsWith(prefix)) {
            return line;
          }
        }
      }
      throw new AssertionError("no line '" + prefix + "' came; there were " + seen);
    }
  }

  /**
   * Starts the coordinator or a member's agent and waits until it says that it is ready.
   *
   * @param point where it stands still, or empty
   * @param flags of its JVM
   */
  Child start(String who, String point, String... flags) throws Exception {
    return ready(who, launch(who, List.of(flags), ProcessMain.class, ours(who, point)));
  }

  /**
   * Starts several at once.
   *
   * @param point of each; see {@link #start(String, String, String...)}
   */
  void startAll(List<String> everybody, UnaryOperator<String> point, String... flags)
      throws Exception {
    Map<String, Child> started = new LinkedHashMap<>();
    for (String who : everybody) {
      List<String> arguments = ours(who, point.apply(who));
      started.put(who, launch(who, List.of(flags), ProcessMain.class, arguments));
    }
    for (Map.Entry<String, Child> child : started.entrySet()) {
      ready(child.getKey(), child.getValue());
    }
  }

  private List<String> ours(String who, String point) throws IOException {
    String kind = who.equals("coordinator") ? who : who.endsWith("-sum") ? "regional" : "agent";
    Path config =
        switch (kind) {
          case "coordinator" -> alliance.coordinatorConfig();
          case "regional" -> alliance.regionalConfig(who);
          default -> alliance.agentConfig(who);
        };
    List<String> arguments = new ArrayList<>(List.of(kind, config.toString()));
    if (!point.isEmpty()) {
      arguments.add(point);
    }
    return arguments;
  }

  /** Starts a program in somebody's name and waits until it says that it is ready. */
  Child start(String who, Class<?> main, String... arguments) throws Exception {
    return ready(who, launch(who, List.of(), main, List.of(arguments)));
  }

  private Child launch(String who, List<String> flags, Class<?> main, List<String> arguments)
      throws IOException {
    List<String> line = new ArrayList<>(prefix.apply(who));
    line.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djava.util.logging.config.file=" + alliance.loggingConfig(),
            "-cp",
            System.getProperty("java.class.path")));
    line.addAll(flags);
    line.add(main.getName());
    line.addAll(arguments);
    Child child =
        new Child(
            new ProcessBuilder(line)
                .redirectError(
                    alliance.home(who).resolve("stderr-" + System.nanoTime() + ".log").toFile())
                .start());
    children.put(who, child);
    return child;
  }

  private Child ready(String who, Child child) throws InterruptedException {
    String ready = child.await("READY ");
    if (who.equals("coordinator")) {
      alliance.port(Integer.parseInt(ready.substring("READY ".length())));
    }
    return child;
  }

  Child child(String who) {
    return children.get(who);
  }

  /** SIGKILL. */
  void kill(String who) throws InterruptedException {
    Process process = children.remove(who).process;
    process.destroyForcibly();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      throw new AssertionError(who + " outlives SIGKILL");
    }
  }

  /** Lets the coordinator end in its own time: one that is killed may be writing its log. */
  void end(String who) throws Exception {
    Process process = children.get(who).process;
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError(who + " does not end");
    }
    children.remove(who);
  }

  @Override
  public void close() throws InterruptedException {
    for (String who : List.copyOf(children.keySet())) {
      kill(who);
    }
  }
}

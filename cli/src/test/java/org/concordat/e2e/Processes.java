package org.concordat.e2e;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The coordinator and agents of an alliance as processes of their own, to be killed. */
final class Processes implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final TestAlliance alliance;
  private final Map<String, Child> children = new LinkedHashMap<>();

  Processes(TestAlliance alliance) {
    this.alliance = alliance;
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
                } catch (java.io.IOException gone) {
                  // the process was killed
                }
              });
      reader.setDaemon(true);
      reader.start();
    }

    String await(String prefix) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      List<String> seen = new ArrayList<>();
      while (System.nanoTime() < end) {
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line != null) {
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
    Path config =
        who.equals("coordinator") ? alliance.coordinatorConfig() : alliance.agentConfig(who);
    List<String> arguments =
        new ArrayList<>(
            List.of(who.equals("coordinator") ? "coordinator" : "agent", config.toString()));
    if (!point.isEmpty()) {
      arguments.add(point);
    }
    return start(who, List.of(flags), ProcessMain.class, arguments);
  }

  /** Starts a program in somebody's name and waits until it says that it is ready. */
  Child start(String who, Class<?> main, String... arguments) throws Exception {
    return start(who, List.of(), main, List.of(arguments));
  }

  private Child start(String who, List<String> flags, Class<?> main, List<String> arguments)
      throws Exception {
    List<String> line =
        new ArrayList<>(
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
    String ready = child.await("READY ");
    if (who.equals("coordinator")) {
      alliance.port(Integer.parseInt(ready.substring("READY ".length())));
    }
    return child;
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

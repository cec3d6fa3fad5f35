package org.concordat.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;

/**
 * Runs this same program: short commands here, what runs on as other processes with the same Java
 * and class path. None outlives this process: long-running ones end when their stdin closes, and
 * {@link #close} ends all.
 */
public final class Programs implements AutoCloseable {
  private static final String MAIN = "org.concordat.cli.Main";
  private static final long SHORT_LIMIT_SECONDS = 120;

  /** Runs a command line in this process: what {@code Main} does but exit. */
  public interface Here {
    int run(String[] arguments, PrintWriter out, PrintWriter err);
  }

  private final Here here;
  private final List<String> prefix;
  private final ConcurrentLinkedQueue<Process> running = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  public Programs(Here here) {
    this.here = here;
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx256m"));
    int java = Runtime.version().feature();
    if (java >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (java >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    for (String property : List.of("concordat.home", "concordat.command")) {
      String value = System.getProperty(property);
      if (value != null) {
        command.add("-D" + property + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    prefix = List.copyOf(command);
  }

  /**
   * Runs a short command to its end in this process: a Java of its own takes a second to start.
   *
   * @return its stdout
   * @throws Failure with what it wrote to stderr, unless it ends with 0
   */
  public String here(List<String> arguments) {
    StringWriter out = new StringWriter();
    StringWriter errors = new StringWriter();
    int code =
        here.run(arguments.toArray(new String[0]), new PrintWriter(out), new PrintWriter(errors));
    if (code != 0) {
      throw failure(code, arguments, "ended with " + code, errors.toString());
    }
    return out.toString();
  }

  /**
   * Runs a command to its end.
   *
   * @return its stdout
   * @throws Failure with what it wrote to stderr, unless it ends with 0
   */
  public String run(List<String> arguments) throws IOException, InterruptedException {
    Process process =
        start(
            new ProcessBuilder(line(arguments))
                .redirectInput(ProcessBuilder.Redirect.from(nothing())));
    StringBuilder errors = new StringBuilder();
    Thread reader = drain(process, errors);
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean ended = process.waitFor(SHORT_LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    reader.join();
    running.remove(process);
    if (!ended || process.exitValue() != 0) {
      throw failure(
          ended ? process.exitValue() : ExitCode.INTERNAL.code(),
          arguments,
          ended
              ? "ended with " + process.exitValue()
              : "took longer than " + SHORT_LIMIT_SECONDS + " s",
          errors.toString());
    }
    return out;
  }

  /**
   * Starts a command whose stdout is read while it runs, until its stdin is closed; stderr goes to
   * {@code log}.
   */
  public Process stream(List<String> arguments, Path log) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--die-with-stdin");
    return start(
        new ProcessBuilder(line(all))
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile())));
  }

  /** Starts a command that runs until its stdin is closed; what it prints goes to {@code log}. */
  public Process daemon(List<String> arguments, Path log) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.add("--die-with-stdin");
    return start(
        new ProcessBuilder(line(all))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
  }

  /** Asks a process to stop and waits for it; after {@code seconds} it is ended. */
  public void stop(Process process, long seconds) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      process.waitFor(seconds, TimeUnit.SECONDS);
    }
    running.remove(process);
  }

  /** Kills a process as {@code kill -9} does. */
  public void kill(Process process) throws InterruptedException {
    process.destroyForcibly();
    process.waitFor(10, TimeUnit.SECONDS);
    running.remove(process);
  }

  private Process start(ProcessBuilder builder) throws IOException {
    if (closed) {
      throw new IOException("stopping");
    }
    Process process = builder.start();
    running.add(process);
    if (closed) {
      process.destroyForcibly();
    }
    return process;
  }

  private List<String> line(List<String> arguments) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(arguments);
    return line;
  }

  private static Thread drain(Process process, StringBuilder into) {
    Thread reader =
        new Thread(
            () -> {
              try {
                into.append(
                    new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException ended) {
                into.append("(its stderr broke)");
              }
            },
            "stderr");
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  private static java.io.File nothing() {
    return new java.io.File("/dev/null");
  }

  private static Failure failure(int code, List<String> arguments, String how, String errors) {
    return new Failure(
        code(code),
        "'concordat " + String.join(" ", arguments) + "' " + how + ":\n" + errors.strip(),
        "");
  }

  private static ExitCode code(int value) {
    for (ExitCode code : ExitCode.values()) {
      if (code.code() == value) {
        return code;
      }
    }
    return ExitCode.INTERNAL;
  }

  /**
   * Ends every process that still runs: all are asked at once, then whoever does not listen is
   * killed.
   */
  @Override
  public void close() {
    closed = true;
    running.forEach(Process::destroy);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    for (Process process : running) {
      try {
        if (!process.waitFor(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly().waitFor(2, TimeUnit.SECONDS);
        }
      } catch (InterruptedException interrupted) {
        process.destroyForcibly();
        Thread.currentThread().interrupt();
      }
    }
  }
}

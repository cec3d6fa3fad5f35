package org.concordat.cli.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
  private static final int PIPE_CHARACTERS = 1 << 16;

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
    String classes = System.getProperty("concordat.classes");
    if (classes != null) {
      command.add("-XX:SharedArchiveFile=" + classes);
      command.add("-Xlog:disable");
    }
    int java = Runtime.version().feature();
    if (java >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (java >= 24) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    for (String property : List.of("concordat.home", "concordat.command", "concordat.classes")) {
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
   * A command that runs in this process while its stdout is read.
   *
   * @param lines its stdout
   * @param code how it ends
   */
  public record Running(BufferedReader lines, CompletableFuture<Integer> code) {}

  /** Starts a command in this process; its stderr goes to {@code log}. */
  public Running follow(List<String> arguments, Path log) throws IOException {
    PipedWriter out = new PipedWriter();
    BufferedReader lines = new BufferedReader(new PipedReader(out, PIPE_CHARACTERS));
    PrintWriter errors =
        new PrintWriter(
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            true);
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try (PrintWriter printed = new PrintWriter(out, true);
                  errors) {
                code.complete(here.run(arguments.toArray(new String[0]), printed, errors));
              } catch (RuntimeException | Error failure) {
                code.completeExceptionally(failure);
                throw failure;
              }
            },
            "command");
    thread.setDaemon(true);
    thread.start();
    return new Running(lines, code);
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

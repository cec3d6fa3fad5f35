package org.concordat.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.concordat.cli.command.Execution;
import org.concordat.cli.text.Logging;
import picocli.CommandLine;

/** The {@code concordat} command. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Logging.quiet();
    System.exit(run(arguments, utf8(FileDescriptor.out), utf8(FileDescriptor.err)));
  }

  /** Runs one command line; what {@link #main} does but exit. */
  public static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    return Execution.run(arguments, out, err);
  }

  /** All commands. */
  public static CommandLine commandLine() {
    return Execution.commandLine();
  }

  private static PrintWriter utf8(FileDescriptor descriptor) {
    return new PrintWriter(
        new java.io.OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8),
        true);
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Failures;
import org.concordat.cli.text.Logging;
import org.concordat.cli.text.OutputFormat;
import org.concordat.cli.text.Printable;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Runs a command line, and tells how it failed. */
public final class Execution {
  private Execution() {}

  /**
   * Runs one command line in this process.
   *
   * @return its exit code
   */
  public static int run(String[] arguments, PrintWriter out, PrintWriter err) {
    int code = set(Concordat.line(arguments)).setOut(out).setErr(err).execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  /** All commands. */
  public static CommandLine commandLine() {
    return set(Concordat.line());
  }

  private static CommandLine set(CommandLine line) {
    line.setExecutionStrategy(Execution::execute);
    line.setExecutionExceptionHandler((thrown, at, parsed) -> report(thrown, at));
    line.setParameterExceptionHandler(Execution::usage);
    line.setUsageHelpWidth(100);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    return line;
  }

  private static int execute(ParseResult parsed) {
    Concordat root = parsed.commandSpec().commandLine().getCommand();
    if (root.verbose()) {
      Logging.verbose();
    }
    return new CommandLine.RunLast().execute(parsed);
  }

  private static int report(Exception thrown, CommandLine at) {
    Failure failure = Failures.of(thrown);
    PrintWriter err = at.getErr();
    if (shuttingDown()) {
      return ExitCode.INTERRUPTED.code(); // what Ctrl-C broke off is no news
    }
    Concordat root = (Concordat) at.getCommandSpec().root().userObject();
    if (root.output() == OutputFormat.json) {
      err.println(json(failure.code(), String.valueOf(failure.getMessage()), failure.next()));
    } else {
      err.println(Printable.block("concordat: " + failure.getMessage()));
      if (!failure.next().isEmpty()) {
        err.println(Printable.block("Next: " + failure.next() + "."));
      }
    }
    if (root.verbose()) {
      err.print(Logging.trace(thrown));
    }
    err.flush();
    return failure.code().code();
  }

  private static boolean shuttingDown() {
    Thread probe = new Thread(() -> {});
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException already) {
      return true;
    }
  }

  /** An error as a program reads it: one object on one line of stderr. */
  private static String json(ExitCode code, String message, String next) {
    ObjectNode error = Terminal.object();
    error
        .putObject("error")
        .put("code", code.code())
        .put("meaning", code.meaning())
        .put("message", message)
        .put("next", next);
    return Printable.of(error.toString());
  }

  /** The line could not be read, so that its --output is looked for by hand. */
  private static boolean wantsJson(String... arguments) {
    String line = String.join(" ", arguments);
    return line.contains("--output json") || line.contains("--output=json");
  }

  private static int usage(ParameterException wrong, String... arguments) {
    CommandLine at = wrong.getCommandLine();
    PrintWriter err = at.getErr();
    String help = at.getCommandSpec().qualifiedName() + " --help shows options and an example";
    if (wantsJson(arguments)) {
      err.println(json(ExitCode.USAGE, String.valueOf(wrong.getMessage()), help));
      err.flush();
      return ExitCode.USAGE.code();
    }
    err.println(Printable.block("concordat: " + wrong.getMessage()));
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("Next: " + help + ".");
    err.flush();
    return ExitCode.USAGE.code();
  }
}

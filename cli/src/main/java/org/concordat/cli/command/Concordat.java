package org.concordat.cli.command;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.concordat.cli.install.Software;
import org.concordat.cli.text.OutputFormat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of all commands, with the options that every one takes. */
@Command(
    name = "concordat",
    version = "concordat " + Software.VERSION,
    description =
        "Federated learning for sovereign alliances: data stays at its site, models travel.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Example:",
      "  concordat demo --keep ./hospitals",
      "",
      "Exit codes: 0 done, 1 defect, 2 usage, 3 configuration, 4 denied, 5 not found, 6 conflict,",
      "7 unavailable, 8 verification failed, 9 job failed, 10 removed from the alliance,",
      "11 refuted or different, 12 undecided, 130 interrupted, 143 terminated."
    })
public final class Concordat extends Group {
  /** In the order of the help. */
  private static final List<Class<?>> COMMANDS =
      List.of(
          DemoCommand.class,
          AllianceCommands.class,
          MemberCommands.class,
          CertCommands.class,
          CoordinatorCommands.class,
          AgentCommands.class,
          ApprovalCommands.class,
          FactCommands.class,
          PolicyCommands.class,
          AgreementCommands.class,
          BundleCommands.class,
          JobCommands.class,
          RoundCommands.class,
          ModelCommands.class,
          AuditCommands.class,
          SystemCommands.class,
          AccessCommands.class,
          LoginCommand.class,
          LogoutCommand.class,
          WhoamiCommand.class,
          CompletionCommand.class);

  @Option(
      names = "--output",
      paramLabel = "text|json",
      scope = ScopeType.INHERIT,
      description = "How to print results: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private OutputFormat output = OutputFormat.text;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Log progress to stderr, and print stack traces of failures.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and end.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and end.")
  private boolean version;

  /** Every command with all its options. */
  public static CommandLine line() {
    return line(command -> true);
  }

  /**
   * The commands that some arguments can be about. Of the others only name and description are
   * read, for the help: reading every option of every command takes longer than a command does.
   */
  public static CommandLine line(String... arguments) {
    List<String> words = List.of(arguments);
    boolean any =
        words.isEmpty()
            || words.contains("completion") // prints them all
            || words.stream().anyMatch(word -> word.startsWith("@")); // a file of arguments
    return line(command -> any || words.contains(command));
  }

  private static CommandLine line(Predicate<String> whole) {
    CommandLine line = new CommandLine(new Concordat());
    for (Class<?> type : COMMANDS) {
      Command about = Objects.requireNonNull(type.getAnnotation(Command.class));
      line.addSubcommand(about.name(), whole.test(about.name()) ? type : outline(about));
    }
    return line;
  }

  private static CommandSpec outline(Command about) {
    CommandSpec spec = CommandSpec.create().name(about.name());
    spec.usageMessage().description(about.description());
    return spec;
  }

  public OutputFormat output() {
    return output;
  }

  public boolean verbose() {
    return verbose;
  }
}

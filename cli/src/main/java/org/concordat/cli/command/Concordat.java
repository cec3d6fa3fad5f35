package org.concordat.cli.command;

import org.concordat.cli.install.Software;
import org.concordat.cli.text.OutputFormat;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root of all commands, with the options that every one takes. */
@Command(
    name = "concordat",
    version = "concordat " + Software.VERSION,
    description =
        "Federated learning for sovereign alliances: data stays at its site, models travel.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      AllianceCommands.class,
      MemberCommands.class,
      CoordinatorCommands.class,
      AgentCommands.class,
      ApprovalCommands.class,
      PolicyCommands.class,
      JobCommands.class,
      RoundCommands.class,
      ModelCommands.class,
      AuditCommands.class,
      SystemCommands.class,
      CompletionCommand.class
    },
    footer = {
      "",
      "Example:",
      "  concordat demo --keep ./hospitals",
      "",
      "Exit codes: 0 done, 1 defect, 2 usage, 3 configuration, 4 denied, 5 not found, 6 conflict,",
      "7 unavailable, 8 verification failed, 9 job failed, 130 interrupted, 143 terminated."
    })
public final class Concordat extends Group {
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

  public OutputFormat output() {
    return output;
  }

  public boolean verbose() {
    return verbose;
  }
}

package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat agent}. */
@Command(
    name = "agent",
    description = "Run a member's agent beside its data.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgentStart.class,
      AgentStop.class,
      AgentStatus.class,
      AgentPreflight.class,
      AgentAudit.class,
      AgentEvaluate.class
    },
    footer = {"", "Example:", "  concordat agent preflight --config agent.yaml"})
final class AgentCommands extends Group {}

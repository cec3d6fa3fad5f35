package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat policy}. */
@Command(
    name = "policy",
    description = {
      "Read, try, compare and analyse policy files, and put one in force.",
      "To read, try and sign one, no coordinator is needed."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PolicyTest.class,
      PolicyCheck.class,
      PolicyExplain.class,
      PolicyDiff.class,
      PolicyProve.class,
      PolicySign.class,
      PolicyPublish.class,
      PolicyList.class
    },
    footer = {"", "Example:", "  concordat policy test examples/policies/demo.yaml"})
final class PolicyCommands extends Group {}

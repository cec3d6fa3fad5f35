package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat policy}. */
@Command(
    name = "policy",
    description = {
      "Read and try a policy file, and put it in force.",
      "To read, try and sign one, no coordinator is needed."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PolicyTest.class,
      PolicyCheck.class,
      PolicySign.class,
      PolicyPublish.class,
      PolicyList.class
    },
    footer = {"", "Example:", "  concordat policy test examples/policies/demo.yaml"})
final class PolicyCommands extends Group {}

package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat policy}. */
@Command(
    name = "policy",
    description = "Read and try a policy file; no alliance is needed.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {PolicyTest.class, PolicyCheck.class},
    footer = {"", "Example:", "  concordat policy test examples/policies/demo.yaml"})
final class PolicyCommands extends Group {}

package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat coordinator}. */
@Command(
    name = "coordinator",
    description = "Run the alliance's coordinator.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CoordinatorStart.class},
    footer = {"", "Example:", "  concordat coordinator start --config coordinator.yaml"})
final class CoordinatorCommands extends Group {}

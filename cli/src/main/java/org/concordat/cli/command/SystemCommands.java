package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat system}. */
@Command(
    name = "system",
    description = "The state of the alliance.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SystemStatus.class},
    footer = {"", "Example:", "  concordat system status --config client.yaml"})
final class SystemCommands extends Group {}

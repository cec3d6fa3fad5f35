package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat round}. */
@Command(
    name = "round",
    description = "Look at rounds, and check their sums.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {RoundList.class, RoundShow.class, RoundVerify.class, RoundEvidence.class},
    footer = {"", "Example:", "  concordat round list breast-cancer --config client.yaml"})
final class RoundCommands extends Group {}

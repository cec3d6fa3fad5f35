package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat alliance}. */
@Command(
    name = "alliance",
    description = "Make an alliance: draft, sign and read its genesis.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AllianceInit.class,
      AllianceNewRoot.class,
      AllianceSign.class,
      AllianceShow.class
    },
    footer = {"", "Example:", "  concordat alliance show genesis.json"})
final class AllianceCommands extends Group {}

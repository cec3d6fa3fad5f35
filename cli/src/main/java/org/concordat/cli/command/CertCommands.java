package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat cert}. */
@Command(
    name = "cert",
    description = "See certificates and keys, and until when they hold.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CertList.class},
    footer = {"", "Example:", "  concordat cert list --config client.yaml"})
final class CertCommands extends Group {}

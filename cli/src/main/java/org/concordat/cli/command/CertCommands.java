package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat cert}. */
@Command(
    name = "cert",
    description = "See, renew and revoke certificates and keys.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {CertList.class, CertRotate.class, CertRevoke.class, CertPublish.class},
    footer = {"", "Example:", "  concordat cert list --config client.yaml"})
final class CertCommands extends Group {}

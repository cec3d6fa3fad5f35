package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat access}. */
@Command(
    name = "access",
    description = "Who may do what.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AccessExplain.class},
    footer = {"", "Example:", "  concordat access explain --role auditor --call SubmitJob"})
final class AccessCommands extends Group {}

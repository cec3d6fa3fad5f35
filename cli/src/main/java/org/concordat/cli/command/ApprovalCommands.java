package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat approval}. */
@Command(
    name = "approval",
    description = "Answer what an agent asks a person about jobs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ApprovalList.class,
      ApprovalShow.class,
      ApprovalAccept.class,
      ApprovalReject.class,
      ApprovalWithdraw.class
    },
    footer = {"", "Example:", "  concordat approval list --config agent.yaml"})
final class ApprovalCommands extends Group {}

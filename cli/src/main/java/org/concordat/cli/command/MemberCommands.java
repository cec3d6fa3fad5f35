package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat member}. */
@Command(
    name = "member",
    description = "Become a member, admit others, suspend or remove one, change its keys, leave.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      MemberInit.class,
      MemberInvite.class,
      MemberApprove.class,
      MemberSuspend.class,
      MemberResume.class,
      MemberRoots.class,
      MemberRemove.class,
      MemberReplaceKeys.class,
      MemberExport.class,
      MemberExitCommand.class,
      MemberList.class
    },
    footer = {"", "Example:", "  concordat member list --config client.yaml"})
final class MemberCommands extends Group {}

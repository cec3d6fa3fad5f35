package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat audit}. */
@Command(
    name = "audit",
    description = "Query and verify the signed log.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AuditQuery.class, AuditVerify.class, AuditForget.class},
    footer = {
      "",
      "Example:",
      "  concordat audit verify --genesis genesis.json coordinator/audit-log"
    })
final class AuditCommands extends Group {}

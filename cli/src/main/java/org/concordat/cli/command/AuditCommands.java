package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat audit}. */
@Command(
    name = "audit",
    description = "Query, prove, verify and export the signed log.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AuditQuery.class,
      AuditShow.class,
      AuditProve.class,
      AuditVerifyProof.class,
      AuditVerify.class,
      AuditExport.class,
      AuditStream.class,
      AuditForget.class
    },
    footer = {
      "",
      "Example:",
      "  concordat audit verify --genesis genesis.json coordinator/audit-log"
    })
final class AuditCommands extends Group {}

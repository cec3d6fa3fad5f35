package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat agreement}. */
@Command(
    name = "agreement",
    description = {
      "Read an alliance agreement, compare two, hand it to other tools, and put it in force.",
      "To read, compare, export and sign one, no coordinator is needed."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      AgreementCheck.class,
      AgreementShow.class,
      AgreementDiff.class,
      AgreementExport.class,
      AgreementSign.class,
      AgreementPublish.class,
      AgreementList.class
    },
    footer = {
      "",
      "Example:",
      "  concordat agreement show examples/agreements/federated-hospitals.yaml"
    })
final class AgreementCommands extends Group {}

package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat model}. */
@Command(
    name = "model",
    description = "List and export published models, show on what they rest, and recover them.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      ModelList.class,
      ModelExport.class,
      ModelLineage.class,
      ModelVerify.class,
      ModelShareCommand.class,
      ModelRecover.class
    },
    footer = {
      "",
      "Example:",
      "  concordat model export breast-cancer --out model.bin --config client.yaml"
    })
final class ModelCommands extends Group {}

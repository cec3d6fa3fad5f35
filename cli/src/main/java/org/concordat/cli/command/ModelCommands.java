package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat model}. */
@Command(
    name = "model",
    description = "List and export published models, and show on what they rest.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ModelList.class, ModelExport.class, ModelLineage.class, ModelVerify.class},
    footer = {
      "",
      "Example:",
      "  concordat model export breast-cancer --out model.bin --config client.yaml"
    })
final class ModelCommands extends Group {}

package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat model}. */
@Command(
    name = "model",
    description = "List and export published models.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {ModelList.class, ModelExport.class},
    footer = {
      "",
      "Example:",
      "  concordat model export breast-cancer --out model.bin --config client.yaml"
    })
final class ModelCommands extends Group {}

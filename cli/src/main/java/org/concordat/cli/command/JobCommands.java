package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat job}. */
@Command(
    name = "job",
    description = "Submit, watch and abort jobs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {JobSubmit.class, JobList.class, JobWatch.class, JobAbort.class},
    footer = {
      "",
      "Example:",
      "  concordat job submit examples/jobs/breast-cancer.yaml --config client.yaml --watch"
    })
final class JobCommands extends Group {}

package org.concordat.cli.command;

import java.util.List;
import org.concordat.cli.text.Terminal;
import picocli.CommandLine.Command;

/** {@code concordat bundle}. */
@Command(
    name = "bundle",
    description = {
      "Carry a member's messages across an air gap, as signed files.",
      "A round takes two trips: the coordinator's file to the site, the site's answer back."
    },
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {BundleExport.class, BundleImport.class},
    footer = {
      "",
      "Example, at the site, then at the coordinator, then at the site:",
      "  concordat bundle export --out /media/usb/oslo.bundle --config agent.yaml",
      "  concordat bundle import /media/usb/oslo.bundle --config client.yaml",
      "  concordat bundle export --member oslo --out /media/usb/answer.bundle --config client.yaml",
      "  concordat bundle import /media/usb/answer.bundle --config agent.yaml"
    })
final class BundleCommands extends Group {
  /** What a carrier should know of the way. */
  static final List<String> TRIPS =
      List.of(
          "A round takes two trips, one each way: with the task goes the result of the round before.",
          "Before the first round of an epoch there are three more each way, for its keys.");

  static void trips(Terminal terminal) {
    TRIPS.forEach(terminal::line);
  }
}

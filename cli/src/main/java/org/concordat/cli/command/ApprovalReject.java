package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat approval reject}. */
@Command(
    name = "reject",
    description =
        "Refuse a job in the name of this site: the answer is signed with the approver's key and logged.",
    footer = {
      "",
      "Example:",
      "  concordat approval reject breast-cancer --config agent.yaml --as ./zurich \\",
      "      --comment 'same patients as before'"
    })
final class ApprovalReject extends ApprovalAnswer {
  @Override
  boolean accepted() {
    return false;
  }
}

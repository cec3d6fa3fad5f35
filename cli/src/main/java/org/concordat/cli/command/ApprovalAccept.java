package org.concordat.cli.command;

import picocli.CommandLine.Command;

/** {@code concordat approval accept}. */
@Command(
    name = "accept",
    description =
        "Agree to a job in the name of this site: the answer is signed with the approver's key and logged.",
    footer = {
      "",
      "Example:",
      "  concordat approval accept breast-cancer --config agent.yaml --as ./zurich \\",
      "      --comment 'ethics board 12/26'"
    })
final class ApprovalAccept extends ApprovalAnswer {
  @Override
  boolean accepted() {
    return true;
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.cli.text.Texts;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.MemberStatus;
import org.concordat.protocol.v1.StatusReply;
import org.concordat.protocol.v1.StatusRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code concordat system status}. */
@Command(
    name = "status",
    description = "Show the coordinator, who is connected, the epoch and the audit log's head.",
    footer = {"", "Example:", "  concordat system status --config client.yaml"})
final class SystemStatus extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      StatusReply status = connected.call().status(StatusRequest.getDefaultInstance());
      terminal.value(json(status));
      print(terminal, status);
      return ExitCode.OK;
    }
  }

  private static void print(Terminal terminal, StatusReply status) {
    terminal.line(
        "Alliance   " + status.getAlliance() + ", roster version " + status.getRosterVersion());
    terminal.line(
        "Software   "
            + status.getSoftware()
            + ", store "
            + status.getStore()
            + ", up since "
            + Texts.time(status.getStartedMillis()));
    terminal.line(
        "Epoch      "
            + (status.getEpoch() == 0
                ? "none yet"
                : status.getEpoch() + ", " + status.getTokensLeft() + " rounds left in it"));
    terminal.line(
        "Audit log  " + status.getAuditSize() + " entries, root " + status.getAuditRoot());
    terminal.line(
        "Witnesses  "
            + (status.getWitnessesCount() == 0
                ? "no quorum of members has cosigned a head yet"
                : status.getWitnessesCount()
                    + " members cosigned the first "
                    + status.getWitnessedSize()
                    + " entries"));
    terminal.line("");
    Table table = new Table("MEMBER", "JURISDICTION", "ROLES", "CONNECTED", "SINCE", "STATE");
    for (MemberStatus member : status.getMembersList()) {
      table.row(
          member.getMember(),
          member.getJurisdiction(),
          member.getRoles(),
          member.getConnected() ? "yes" : "no",
          Texts.time(member.getSinceMillis()),
          member.getState().isEmpty() ? "-" : member.getState());
    }
    table.print(terminal);
  }

  private static ObjectNode json(StatusReply status) {
    ObjectNode json =
        Terminal.object()
            .put("alliance", status.getAlliance())
            .put("software", status.getSoftware())
            .put("store", status.getStore())
            .put("rosterVersion", status.getRosterVersion())
            .put("epoch", status.getEpoch())
            .put("tokensLeft", status.getTokensLeft())
            .put("startedMillis", status.getStartedMillis());
    ObjectNode audit =
        json.putObject("audit")
            .put("size", status.getAuditSize())
            .put("root", status.getAuditRoot())
            .put("witnessedSize", status.getWitnessedSize());
    status.getWitnessesList().forEach(audit.putArray("witnesses")::add);
    ArrayNode members = json.putArray("members");
    for (MemberStatus member : status.getMembersList()) {
      members
          .addObject()
          .put("member", member.getMember())
          .put("jurisdiction", member.getJurisdiction())
          .put("roles", member.getRoles())
          .put("connected", member.getConnected())
          .put("state", member.getState())
          .put("sinceMillis", member.getSinceMillis());
    }
    return json;
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import org.concordat.certs.MemberExit;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.ExitMemberReply;
import org.concordat.protocol.v1.ExitMemberRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat member exit}. */
@Command(
    name = "exit",
    description = {
      "Leave the alliance: sign your own leaving. It holds at once and cannot be taken back.",
      "Nobody has to agree; the others' agents sign the roster without you by rule.",
      "What the agreement says of it is told with days. Run 'member export' before: afterwards the"
          + " coordinator answers you nothing."
    },
    footer = {"", "Example:", "  concordat member exit --reason 'study ended' --config agent.yaml"})
final class MemberExitCommand extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "One line of at most 180 characters, in the signed roster and the log.")
  private String reason = "";

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.EXIT_MEMBER, Clock.systemUTC())) {
      MemberExit exit =
          MemberExit.make(
              connected.genesis().digest(), connected.site().id(), connected.site().keys(), reason);
      ExitMemberReply reply =
          connected
              .call()
              .exitMember(
                  ExitMemberRequest.newBuilder()
                      .setExit(ByteString.copyFrom(exit.toBytes()))
                      .build());
      ObjectNode json =
          Terminal.object()
              .put("member", exit.member().value())
              .put("reason", reason)
              .put("approvals", reply.getApprovals())
              .put("needed", reply.getNeeded());
      Optional<ExitTerms> terms =
          ExitTerms.of(
              connected.site().home(), connected.rosters().latest(), LocalDate.now(ZoneOffset.UTC));
      terms.ifPresent(one -> one.into(json));
      terminal.value(json);
      terminal.line(
          "'%s' has left: its calls end now, and rounds go on without it."
              .formatted(exit.member()));
      terminal.line(
          "%d of the others' agents sign the roster that revokes your keys, as they are connected."
              .formatted(reply.getNeeded()));
      terms.ifPresent(one -> one.lines().forEach(terminal::line));
      terminal.line("Your data and state stay with you.");
      return ExitCode.OK;
    }
  }
}

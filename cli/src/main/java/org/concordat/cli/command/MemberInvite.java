package org.concordat.cli.command;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.concordat.certs.Invitation;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.RegisterInvitationRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat member invite}. */
@Command(
    name = "invite",
    description =
        "Invite an organisation to ask for membership; the members still approve its request.",
    footer = {
      "",
      "Example:",
      "  concordat member invite --name oslo --jurisdiction eu --out oslo-invitation.json --config client.yaml"
    })
final class MemberInvite extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--name",
      required = true,
      paramLabel = "ID",
      description = "The invited organisation's short name.")
  private String name = "";

  @Option(
      names = "--jurisdiction",
      required = true,
      paramLabel = "CODE",
      description = "Its jurisdiction.")
  private String jurisdiction = "";

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "How long the invitation stands, up to 90 (default: ${DEFAULT-VALUE}).")
  private int days = 14;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The invitation file (default: ID-invitation.json).")
  private @Nullable Path out;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    MemberId invitee = new MemberId(name);
    Path file = out == null ? Path.of(name + "-invitation.json") : out;
    if (Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Clock clock = Clock.systemUTC();
    try (Client connected = Client.connect(client.resolve(), Permission.INVITE_MEMBER, clock)) {
      Invitation invitation =
          Invitation.make(
              connected.genesis().digest(),
              connected.site().id(),
              connected.site().keys(),
              invitee,
              new Jurisdiction(jurisdiction),
              Duration.ofDays(days),
              clock);
      connected
          .call()
          .registerInvitation(
              RegisterInvitationRequest.newBuilder()
                  .setInvitation(ByteString.copyFrom(invitation.toBytes()))
                  .build());
      Outputs.create(file, invitation.toBytes());
      terminal.value(
          Terminal.object()
              .put("invitee", invitee.value())
              .put("invitation", file.toString())
              .put("expires", invitation.expires().toString()));
      terminal.line("Invitation of '" + invitee + "': " + file + ", until " + invitation.expires());
      terminal.line(
          "Next: hand it and the genesis over; they run 'concordat member init --name "
              + invitee
              + " --jurisdiction "
              + jurisdiction
              + " --invitation FILE ...'.");
      return ExitCode.OK;
    }
  }
}

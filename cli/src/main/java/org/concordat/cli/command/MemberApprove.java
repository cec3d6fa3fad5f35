package org.concordat.cli.command;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberChain;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.iam.Site;
import org.concordat.protocol.v1.ApproveMemberReply;
import org.concordat.protocol.v1.ApproveMemberRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat member approve}. */
@Command(
    name = "approve",
    description = {
      "Approve a joiner: sign the next roster, which lists it, with your member's keys.",
      "Once enough have approved, the keeper of the offline authority issues its certificate with --issue."
    },
    footer = {
      "",
      "Example, at a member:",
      "  concordat member approve oslo/request.json --config agent.yaml",
      "Example, at the keeper of the authority, offline, with 'member list --rosters-out rosters.json' from elsewhere:",
      "  concordat member approve oslo/request.json --issue --ca ./offline-ca --out member-ca.pem \\",
      "      --genesis genesis.json --rosters rosters.json"
    })
final class MemberApprove extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Parameters(paramLabel = "REQUEST", description = "The joiner's request file.")
  private Path requestFile = Path.of("");

  @Option(names = "--issue", description = "Issue the certificate of an approved joiner.")
  private boolean issue;

  @Option(
      names = "--ca",
      paramLabel = "DIR",
      description = "The directory of the offline authority.")
  private @Nullable Path ca;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The certificate file (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of(Site.MEMBER_CA);

  @Option(
      names = "--rosters",
      paramLabel = "FILE",
      description = "The rosters as a file, for an authority without a network.")
  private @Nullable Path rosters;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    MemberRequest request = MemberRequest.parse(Files.readAllBytes(requestFile));
    if (issue) {
      issue(terminal, request);
    } else {
      approve(terminal, request);
    }
    return ExitCode.OK;
  }

  private void approve(Terminal terminal, MemberRequest request) throws IOException {
    try (Client connected =
        Client.connect(client.resolve(), Permission.APPROVE_MEMBER, Clock.systemUTC())) {
      Roster current = connected.rosters().latest();
      Roster next = current.joined(request);
      MemberSignature signature = next.approve(current, connected.site().keys());
      ApproveMemberReply reply =
          connected
              .call()
              .approveMember(
                  ApproveMemberRequest.newBuilder()
                      .setRequest(ByteString.copyFrom(request.toBytes()))
                      .setNextRosterSignature(ByteString.copyFrom(signature.bytes()))
                      .build());
      print(terminal, request, reply, next);
    }
  }

  private static void print(
      Terminal terminal, MemberRequest request, ApproveMemberReply reply, Roster next) {
    terminal.value(
        Terminal.object()
            .put("member", request.id().value())
            .put("request", request.digest().hex())
            .put("approvals", reply.getApprovals())
            .put("needed", reply.getNeeded())
            .put("inForce", reply.getInForce())
            .put("rosterVersion", next.version()));
    terminal.line(
        "Approved: '"
            + request.id()
            + "' in "
            + request.profile().jurisdiction()
            + ", request "
            + request.digest());
    terminal.line(
        reply.getInForce()
            ? "Roster version "
                + next.version()
                + " is in force, signed by "
                + reply.getApprovals()
                + " members."
            : reply.getApprovals() + " of " + reply.getNeeded() + " approvals so far.");
    terminal.line(
        reply.getInForce()
            ? "Next: the keeper of the authority runs 'concordat member approve REQUEST --issue --ca DIR'."
            : "Next: other members run the same command.");
  }

  private void issue(Terminal terminal, MemberRequest request) throws IOException {
    if (ca == null) {
      throw new Failure(
          ExitCode.USAGE, "--issue needs the authority's directory", "give it with --ca");
    }
    Clock clock = Clock.systemUTC();
    MemberChain chain = OfflineCa.load(ca).issue(request, chain(clock), clock);
    Outputs.create(out, chain.toPem());
    terminal.value(
        Terminal.object().put("member", request.id().value()).put("certificate", out.toString()));
    terminal.line("Certificates of '" + request.id() + "': " + out);
    terminal.line(
        "Next: the joiner puts that file into its own directory as "
            + Site.MEMBER_CA
            + " and starts its agent.");
  }

  private RosterChain chain(Clock clock) throws IOException {
    if (rosters != null) {
      return RosterChain.parse(Genesis.load(client.genesisFile()), Files.readAllBytes(rosters));
    }
    try (Client connected = Client.connect(client.resolve(), Permission.READ_STATUS, clock)) {
      return connected.rosters();
    }
  }
}

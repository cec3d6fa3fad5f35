package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.concordat.certs.Authority;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.RosterChange;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.protocol.v1.OperationsGrpc.OperationsBlockingStub;
import org.concordat.protocol.v1.RosterChangeReply;
import org.concordat.protocol.v1.RosterChangeRequest;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat member roots}. */
@Command(
    name = "roots",
    description = {
      "Sign the next roster with a further root, or without one. Each of k members runs it.",
      "First both hold; once every site was connected since, the old one ends."
    },
    footer = {
      "",
      "Example, at each of k members, with the keeper's file from 'alliance new-root':",
      "  concordat member roots --add authority.json --reason 'new root 2036' --config agent.yaml",
      "Example, weeks later ('cert list' shows the roots):",
      "  concordat member roots --end 4be1c0de --reason 'new root 2036' --config agent.yaml"
    })
final class MemberRoots extends RosterChangeCommand {
  @Option(
      names = "--add",
      paramLabel = "FILE",
      description = "The new root, with certificates of the jurisdictions' CAs under it.")
  private @Nullable Path add;

  @Option(
      names = "--end",
      paramLabel = "SHA256",
      description = "The root that ends: its fingerprint, or the first 8 digits or more.")
  private @Nullable String end;

  @Override
  RosterChange change(String why, RosterChain current) throws IOException {
    List<Authority> next = new ArrayList<>(current.authorities());
    if (add != null && end == null) {
      next.add(Authority.parse(Files.readAllBytes(add)));
    } else if (end != null && add == null) {
      next.remove(find(current.authorities(), end));
    } else {
      throw new Failure(
          ExitCode.USAGE, "it is not said what is to change", "give --add FILE or --end SHA256");
    }
    return new RosterChange.Roots(next, why);
  }

  private static Authority find(List<Authority> roots, String start) {
    List<Authority> found =
        roots.stream()
            .filter(root -> start.length() >= 8 && root.fingerprint().hex().startsWith(start))
            .toList();
    if (found.size() != 1) {
      throw new Failure(
          ExitCode.NOT_FOUND,
          "no root in force, or more than one, has the fingerprint " + start,
          "'concordat cert list' shows them; give 8 digits or more");
    }
    return found.get(0);
  }

  @Override
  Permission permission() {
    return Permission.CHANGE_ROOTS;
  }

  @Override
  RosterChangeReply send(OperationsBlockingStub to, RosterChangeRequest request) {
    return to.changeRoots(request);
  }

  @Override
  String sameReason() {
    return "";
  }

  @Override
  void details(RosterChange change, ObjectNode json, Terminal terminal) {
    if (change instanceof RosterChange.Roots roots) {
      ArrayNode all = json.putArray("roots");
      for (Authority one : roots.authorities()) {
        all.add(one.fingerprint().hex());
        terminal.line(
            "Root %s, until %s".formatted(one.fingerprint(), one.root().getNotAfter().toInstant()));
      }
      terminal.line("Compare the new one with the keeper, over the phone.");
    }
  }

  @Override
  String inWords(RosterChange change) {
    return "these roots";
  }

  @Override
  List<String> done(RosterChange change, Roster next, int approvals) {
    return List.of(
        "Roster version %d is in force with these roots, signed by %d members."
            .formatted(next.version(), approvals),
        "Programs that are connected take certificates under the newest root by themselves.");
  }
}

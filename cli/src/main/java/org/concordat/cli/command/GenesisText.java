package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;

/** A genesis, drafted or sealed, as a founder should read it before signing. */
final class GenesisText {
  private GenesisText() {}

  static void print(Terminal terminal, GenesisDraft draft) {
    Roster roster = draft.roster();
    terminal.line("Alliance   " + roster.alliance() + " (" + roster.domain() + ")");
    terminal.line("Genesis    " + draft.digest());
    terminal.line("Policy     " + Sha256.of(draft.policy()));
    terminal.line("Log key    " + logVkey(roster));
    terminal.line("Signatures " + signatures(draft) + ", " + roster.quorum() + " needed");
    terminal.line("");
    members(terminal, roster);
    terminal.line("");
    PolicyLines.print(terminal, PolicyLines.ofGenesis(draft.policy()));
  }

  /**
   * The digest of each founder's request, which its maker can tell over the phone.
   *
   * @throws Failure if the roster does not list a founder as its request asks
   */
  static void requests(Terminal terminal, GenesisDraft draft, List<MemberRequest> requests) {
    Table table = new Table("MEMBER", "SHA-256 OF ITS REQUEST");
    for (MemberRequest request : requests) {
      RosterEntry asked = request.entry(draft.roster().domain());
      if (!draft.roster().find(request.id()).equals(Optional.of(asked))) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            "the draft does not list '" + request.id() + "' as its request asks",
            "do not sign; ask whoever drafted it which request it was given");
      }
      table.row(request.id(), request.digest());
    }
    terminal.line("");
    table.print(terminal);
    terminal.line("Ask each founder for the digest that 'member init' told it.");
  }

  static ObjectNode json(GenesisDraft draft) {
    Roster roster = draft.roster();
    ObjectNode json =
        Terminal.object()
            .put("alliance", roster.alliance().value())
            .put("domain", roster.domain().value())
            .put("genesis", draft.digest().hex())
            .put("policyDigest", Sha256.of(draft.policy()).hex())
            .put("logVkey", logVkey(roster))
            .put("quorum", roster.quorum())
            .put("sealed", draft.signatures().size() >= roster.quorum());
    ArrayNode signed = json.putArray("signatures");
    draft.signatures().forEach(signature -> signed.add(signature.member().value()));
    json.set("members", members(roster));
    PolicyLines.put(json.putObject("policy"), PolicyLines.ofGenesis(draft.policy()));
    return json;
  }

  static void members(Terminal terminal, Roster roster) {
    Table table =
        new Table("MEMBER", "JURISDICTION", "COUNTRY", "CONTROL", "ROLES", "IDENTITY KEY", "");
    for (RosterEntry entry : roster.entries()) {
      table.row(
          entry.id(),
          entry.jurisdiction(),
          entry.country(),
          entry.controllingCountry(),
          roles(entry),
          entry.identityKey(),
          roster.findSuspended(entry.id()).map(one -> "suspended: " + one.reason()).orElse(""));
    }
    table.print(terminal);
  }

  static ArrayNode members(Roster roster) {
    ArrayNode members = Terminal.array();
    for (RosterEntry entry : roster.entries()) {
      ObjectNode member =
          members
              .addObject()
              .put("id", entry.id().value())
              .put("jurisdiction", entry.jurisdiction().code())
              .put("country", entry.country().code())
              .put("control", entry.controllingCountry().code())
              .put("dnsName", entry.dnsName())
              .put("identityKey", entry.identityKey().base64())
              .put("memberCa", entry.memberCa().hex());
      ArrayNode roles = member.putArray("roles");
      entry.roles().stream().sorted().forEach(role -> roles.add(role.wireName()));
      roster
          .findSuspended(entry.id())
          .ifPresent(suspended -> member.put("suspended", suspended.reason()));
    }
    return members;
  }

  private static String roles(RosterEntry entry) {
    return entry.roles().stream().sorted().map(Role::wireName).collect(Collectors.joining(","));
  }

  private static String signatures(GenesisDraft draft) {
    return draft.signatures().isEmpty()
        ? "none"
        : draft.signatures().stream()
            .map(signature -> signature.member().value())
            .collect(Collectors.joining(", "));
  }

  private static String logVkey(Roster roster) {
    LogVkey key = roster.withRole(Role.COORDINATOR).get(0).logVkey();
    return key == null ? "" : key.value();
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.Authority;
import org.concordat.certs.Crl;
import org.concordat.certs.Crls;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberChain;
import org.concordat.certs.RevokedEntry;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.certs.SuspendedEntry;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Table;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.iam.Site;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code concordat cert list}. */
@Command(
    name = "list",
    description = {
      "List your own certificates, and every member's keys by the rosters, verified from the genesis on.",
      "Until when a member's certificate holds is known of founders and of yourself."
    },
    footer = {"", "Example:", "  concordat cert list --config client.yaml"})
final class CertList extends BaseCommand {
  private static final String UNKNOWN = "-";

  @Mixin private ClientOptions client = new ClientOptions();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    Clock clock = Clock.systemUTC();
    try (Client connected = Client.connect(client.resolve(), Permission.READ_STATUS, clock)) {
      Map<String, X509Certificate> own = own(connected.site());
      for (Authority root : connected.rosters().authorities()) {
        own.put(own.containsKey("root") ? "root " + (own.size() - 1) : "root", root.root());
      }
      Roster roster = connected.rosters().latest();
      ObjectNode json = Terminal.object().put("member", connected.site().id().value());
      ArrayNode certificates = json.putArray("own");
      Table table = new Table("YOURS", "SHA-256", "FROM", "UNTIL", "NOW");
      for (Map.Entry<String, X509Certificate> one : own.entrySet()) {
        X509Certificate certificate = one.getValue();
        String from = certificate.getNotBefore().toInstant().toString();
        String until = certificate.getNotAfter().toInstant().toString();
        String now = holds(certificate, clock.instant());
        String digest = fingerprint(certificate);
        certificates
            .addObject()
            .put("certificate", one.getKey())
            .put("sha256", digest)
            .put("notBefore", from)
            .put("notAfter", until)
            .put("now", now);
        table.row(one.getKey(), digest, from, until, now);
      }
      table.print(terminal);
      terminal.line("");
      json.put("rosterVersion", roster.version()).put("roster", roster.digest().hex());
      members(terminal, json, connected.site(), roster);
      revocations(terminal, json, connected.crls());
      terminal.value(json);
      return ExitCode.OK;
    }
  }

  private static void revocations(Terminal terminal, ObjectNode json, Crls crls) {
    ArrayNode lists = json.putArray("crls");
    if (!crls.all().isEmpty()) {
      terminal.line("");
    }
    for (Crl crl : crls.all()) {
      lists.add(CrlText.json(crl));
      terminal.line(CrlText.line(crl));
    }
  }

  private static Map<String, X509Certificate> own(Site site) {
    Map<String, X509Certificate> own = new LinkedHashMap<>();
    own.put("member CA", site.chain().memberCa());
    own.put("jurisdiction CA", site.chain().jurisdictionCa());
    return own;
  }

  private static void members(Terminal terminal, ObjectNode json, Site site, Roster roster) {
    Table table = new Table("MEMBER", "STATE", "IDENTITY KEY", "MEMBER CA KEY, SHA-256", "UNTIL");
    ArrayNode keys = json.putArray("keys");
    for (RosterEntry entry : roster.entries()) {
      Optional<String> suspended = roster.findSuspended(entry.id()).map(SuspendedEntry::reason);
      String state = suspended.isPresent() ? "suspended" : "in force";
      String until = until(site, entry).map(Instant::toString).orElse(UNKNOWN);
      ObjectNode key =
          put(keys, entry.id().value(), state, entry.identityKey().base64(), entry.memberCa());
      suspended.ifPresent(reason -> key.put("reason", reason));
      if (!until.equals(UNKNOWN)) {
        key.put("notAfter", until);
      }
      table.row(
          entry.id(), inWords(state, suspended), entry.identityKey(), entry.memberCa(), until);
    }
    for (RevokedEntry entry : roster.revoked()) {
      put(keys, entry.id().value(), "revoked", entry.identityKey().base64(), entry.memberCa())
          .put("reason", entry.reason());
      table.row(
          entry.id(),
          inWords("revoked", Optional.of(entry.reason())),
          entry.identityKey(),
          entry.memberCa(),
          UNKNOWN);
    }
    terminal.line("Keys by roster version " + roster.version() + ", signed by the members");
    table.print(terminal);
  }

  private static ObjectNode put(
      ArrayNode keys, String member, String state, String identityKey, Sha256 memberCa) {
    return keys.addObject()
        .put("member", member)
        .put("state", state)
        .put("identityKey", identityKey)
        .put("memberCa", memberCa.hex());
  }

  private static String inWords(String state, Optional<String> reason) {
    return reason.map(why -> state + ": " + why).orElse(state);
  }

  /** Of the certificate that holds this very key, where it is at hand. */
  private static Optional<Instant> until(Site site, RosterEntry entry) {
    Genesis genesis = site.genesis();
    Optional<MemberChain> chain =
        entry.id().equals(site.id()) ? Optional.of(site.chain()) : genesis.memberChain(entry.id());
    return chain
        .map(MemberChain::memberCa)
        .filter(memberCa -> Sha256.ofKey(memberCa.getPublicKey()).equals(entry.memberCa()))
        .map(memberCa -> memberCa.getNotAfter().toInstant());
  }

  private static String holds(X509Certificate certificate, Instant now) {
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      return "not yet valid";
    }
    return now.isAfter(certificate.getNotAfter().toInstant()) ? "ended" : "valid";
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return Sha256.of(certificate.getEncoded()).hex();
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException("a certificate that was read has no encoding", impossible);
    }
  }
}

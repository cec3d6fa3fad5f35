package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.Country;
import org.concordat.certs.FirstStore;
import org.concordat.certs.Invitation;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.cli.client.Client;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.iam.Site;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code concordat member init}. */
@Command(
    name = "init",
    description = {
      "Make your keys in your own directory, and a request to become a member.",
      "The keys never leave the directory; request.json is what you hand over."
    },
    footer = {
      "",
      "Example:",
      "  concordat member init --name lyon --jurisdiction eu --country FR \\",
      "      --role agent,approver,member-admin --dir ./lyon"
    })
final class MemberInit extends BaseCommand {
  @Option(
      names = "--name",
      required = true,
      paramLabel = "ID",
      description = "Your short name, a DNS label.")
  private String name = "";

  @Option(
      names = "--jurisdiction",
      required = true,
      paramLabel = "CODE",
      description = "Such as us, eu or ch.")
  private String jurisdiction = "";

  @Option(
      names = "--country",
      required = true,
      paramLabel = "CC",
      description = "Where you process data, such as FR.")
  private String country = "";

  @Option(
      names = "--control",
      paramLabel = "CC",
      description = "The country whose law controls your operator (default: --country).")
  private @Nullable String control;

  @Option(
      names = "--role",
      required = true,
      split = ",",
      paramLabel = "ROLE",
      description =
          "agent, approver, member-admin, operator, auditor, coordinator or aggregator; several with commas.")
  private List<String> roles = List.of();

  @Option(names = "--dir", paramLabel = "DIR", description = "Your own directory (default: ./ID).")
  private @Nullable Path dir;

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT",
      description =
          "Where an aggregator is reached: the roster will say so, and its region's members go there. Of a"
              + " coordinator it is advice for the others.")
  private @Nullable String address;

  @Option(
      names = "--invitation",
      paramLabel = "FILE",
      description = "The invitation that you answer; founders have none.")
  private @Nullable Path invitation;

  @Option(
      names = "--log-name",
      paramLabel = "NAME",
      description = "A coordinator's audit log is named NAME/audit (default: ID).")
  private @Nullable String logName;

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    MemberId id = new MemberId(name);
    Path home = dir == null ? Path.of(name) : dir;
    Path request = home.resolve(Client.REQUEST_FILE);
    if (Files.exists(request)) {
      throw new Failure(
          ExitCode.CONFLICT,
          request + " exists already; keys are never overwritten",
          "hand that request over, or choose another --dir");
    }
    Set<Role> asked = EnumSet.noneOf(Role.class);
    roles.forEach(role -> asked.add(Role.of(role.strip())));
    if (asked.contains(Role.AGGREGATOR) && address == null) {
      throw new Failure(
          ExitCode.USAGE,
          "an aggregator is where its region's members send updates, and no --address is given",
          "add --address HOST:PORT");
    }
    boolean coordinator = asked.contains(Role.COORDINATOR);
    // everything is checked before a key is made, with a log key that is no key
    profile(id, asked, coordinator ? new LogVkey("unmade+00000000+AAAA") : null);
    ParticipantKeys keys = keys(home.resolve(Site.KEYS));
    MemberProfile profile =
        profile(id, asked, coordinator ? logKey(home.resolve(AuditTrail.KEY_FILE)) : null);
    if (asked.contains(Role.AGENT)) {
      FirstStore.found(home);
    }
    MemberRequest made = MemberRequest.make(profile, keys, Clock.systemUTC());
    Outputs.create(request, made.toBytes());
    print(terminal, home, request, made);
    return ExitCode.OK;
  }

  /** A first run may have been stopped between the keys and the request: its keys are taken up. */
  private static ParticipantKeys keys(Path directory) throws IOException {
    if (ParticipantKeys.exist(directory)) {
      return ParticipantKeys.load(directory);
    }
    boolean fresh = !Files.exists(directory);
    try {
      return ParticipantKeys.create(directory);
    } catch (RuntimeException failure) {
      if (fresh && Files.isDirectory(directory)) {
        removeHalfMade(directory);
      }
      throw failure;
    }
  }

  /** Half a key, as a full disk leaves it, would stand in the way of the next attempt. */
  private static void removeHalfMade(Path directory) throws IOException {
    try (Stream<Path> made = Files.list(directory)) {
      for (Path file : made.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private LogVkey logKey(Path file) throws IOException {
    boolean fresh = !Files.exists(file);
    try {
      LogSigner signer =
          fresh
              ? LogSigner.create(file, (logName == null ? name : logName) + "/audit")
              : LogSigner.load(file);
      return new LogVkey(signer.vkey().toString());
    } catch (RuntimeException failure) {
      if (fresh) {
        Files.deleteIfExists(file);
      }
      throw failure;
    }
  }

  private MemberProfile profile(MemberId id, Set<Role> asked, @Nullable LogVkey logVkey)
      throws IOException {
    return new MemberProfile(
        id,
        new Jurisdiction(jurisdiction),
        new Country(country),
        new Country(control()),
        asked,
        address,
        logVkey,
        nonce(id));
  }

  private String control() {
    return control == null ? country : control;
  }

  private @Nullable String nonce(MemberId id) throws IOException {
    if (invitation == null) {
      return null;
    }
    Invitation read = Invitation.parse(Files.readAllBytes(invitation));
    if (!read.invitee().equals(id) || !read.jurisdiction().code().equals(jurisdiction)) {
      throw new Failure(
          ExitCode.CONFLICT,
          invitation
              + " is for '"
              + read.invitee()
              + "' in "
              + read.jurisdiction()
              + ", not for '"
              + id
              + "' in "
              + jurisdiction,
          "use the name and jurisdiction of the invitation, or ask for another one");
    }
    return read.nonce();
  }

  private void print(Terminal terminal, Path home, Path request, MemberRequest made) {
    ObjectNode json =
        Terminal.object()
            .put("member", made.id().value())
            .put("request", request.toString())
            .put("identityKey", made.identityKey().base64())
            .put("digest", made.digest().hex());
    LogVkey logVkey = made.profile().logVkey();
    if (logVkey != null) {
      json.put("logVkey", logVkey.value());
    }
    terminal.value(json);
    terminal.line(
        "Keys of '" + made.id() + "' made in " + home.resolve(Site.KEYS) + "; they stay there.");
    if (made.profile().roles().contains(Role.AGENT)) {
      terminal.line(
          "Back up the keys if you like; never restore "
              + home.resolve("state")
              + " from a backup.");
    }
    terminal.line("Request: " + request);
    terminal.line("Its SHA-256, to tell over the phone: " + made.digest());
    terminal.line("");
    terminal.line(
        invitation == null
            ? "Next: hand the request to whoever runs 'concordat alliance init'."
            : "Next: hand the request to the members, who run 'concordat member approve'.");
  }
}

package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.agent.site.RostersFile;
import org.concordat.auditlog.EntryType;
import org.concordat.certs.DocumentEntry;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignedRoster;
import org.concordat.cli.client.AnsweredLog;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.agreement.Agreement;
import org.concordat.protocol.v1.AuditQueryRequest;

/**
 * The versions of one kind of document that rosters have put in force, each signature verified from
 * the pinned genesis on.
 */
record DocumentVersions(DocumentKind kind) {
  /**
   * A version of it.
   *
   * @param since the roster that put it in force
   */
  private record Version(long version, Sha256 digest, Roster since, List<String> signedBy) {}

  private static final int MAX_ROSTERS = 8192;

  /**
   * Prints them.
   *
   * @param offline asks nobody: what is in the home
   */
  void print(Terminal terminal, ClientOptions client, boolean offline) throws IOException {
    ClientOptions.Home own = client.resolveHome();
    if (offline) {
      Genesis genesis = Genesis.load(own.genesis());
      RosterChain rosters = new RostersFile(own.home()).read(genesis);
      print(terminal, rosters, new DocumentFiles(own.home()), Map.of());
      return;
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      RosterChain rosters = connected.rosters();
      Map<String, Instant> times = rosters.later().isEmpty() ? Map.of() : times(connected);
      print(terminal, rosters, new DocumentFiles(own.home()), times);
    }
  }

  /** When rosters came into force, as the log says it, by digest; none for who may not read it. */
  private static Map<String, Instant> times(Client connected) {
    Map<String, Instant> times = new HashMap<>();
    try {
      new AnsweredLog(connected)
          .query(
              AuditQueryRequest.newBuilder()
                  .setType(EntryType.ROSTER.text())
                  .setLimit(MAX_ROSTERS)
                  .build(),
              logged ->
                  Optional.ofNullable(logged.entry().digests().get("roster"))
                      .ifPresent(digest -> times.put(digest, logged.entry().time())));
    } catch (StatusRuntimeException refused) {
      if (refused.getStatus().getCode() != Status.Code.PERMISSION_DENIED) {
        throw refused;
      }
    }
    return times;
  }

  private List<Version> versions(RosterChain rosters) {
    List<Version> all = new ArrayList<>();
    Genesis genesis = rosters.genesis();
    if (kind == DocumentKind.POLICY) {
      all.add(
          new Version(
              PolicyLines.ofGenesis(genesis.policy()).version(),
              genesis.policyDigest(),
              genesis.roster(),
              signers(genesis.signatures())));
    }
    for (SignedRoster signed : rosters.later()) {
      Optional<DocumentEntry> named = signed.roster().document(kind);
      if (named.isPresent()
          && (all.isEmpty() || !named.get().digest().equals(all.get(all.size() - 1).digest()))) {
        all.add(
            new Version(
                named.get().version(),
                named.get().digest(),
                signed.roster(),
                signers(signed.signatures())));
      }
    }
    return all;
  }

  private static List<String> signers(List<MemberSignature> signatures) {
    return signatures.stream().map(one -> one.member().value()).toList();
  }

  private void print(
      Terminal terminal, RosterChain rosters, DocumentFiles files, Map<String, Instant> times) {
    ArrayNode array = Terminal.array();
    List<Version> all = versions(rosters);
    for (Version one : all) {
      boolean inForce = one.digest().equals(all.get(all.size() - 1).digest());
      Optional<byte[]> bytes =
          one.digest().equals(rosters.genesis().policyDigest())
              ? Optional.of(rosters.genesis().policy())
              : files.find(one.digest());
      Optional<Instant> since =
          one.since().version() == rosters.genesis().roster().version()
              ? Optional.of(rosters.genesis().created())
              : Optional.ofNullable(times.get(one.since().digest().hex()));
      ObjectNode json =
          array
              .addObject()
              .put("version", one.version())
              .put(kind.wireName() + "Digest", one.digest().hex())
              .put("inForce", inForce)
              .put("sinceRoster", one.since().version())
              .put("here", bytes.isPresent());
      since.ifPresent(time -> json.put("since", time.toString()));
      one.signedBy().forEach(json.putArray("signedBy")::add);
      bytes.ifPresent(b -> json.put(kind.wireName(), name(files.file(one.digest()), b)));
      terminal.line(
          "version %d%s, %s".formatted(one.version(), inForce ? ", in force" : "", one.digest()));
      terminal.line(
          "  since roster version %d%s, signed by %s%s"
              .formatted(
                  one.since().version(),
                  since.map(time -> " (" + time + ")").orElse(""),
                  String.join(", ", one.signedBy()),
                  bytes.isPresent() ? "" : "; its bytes are not in this home"));
    }
    terminal.value(array);
    if (all.isEmpty()) {
      terminal.note("No " + kind + " is in force, and none was.");
    }
  }

  private String name(Path file, byte[] bytes) {
    return kind == DocumentKind.POLICY
        ? Policy.parse(file, bytes).name()
        : Agreement.parse(file, bytes).name();
  }
}

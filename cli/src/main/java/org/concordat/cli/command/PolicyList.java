package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.agent.site.RostersFile;
import org.concordat.certs.DocumentEntry;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.DocumentKind;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.RosterChain;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignedRoster;
import org.concordat.cli.client.Client;
import org.concordat.cli.client.ClientOptions;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Permission;
import org.concordat.jurisdictions.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code concordat policy list}. */
@Command(
    name = "list",
    description = {
      "Show the policies since the genesis: version, digest, since which roster, and who signed.",
      "Every signature is verified from the pinned genesis on."
    },
    footer = {
      "",
      "Example:",
      "  concordat policy list --config agent.yaml",
      "Example, with what this home knows, and no coordinator:",
      "  concordat policy list --offline --config agent.yaml"
    })
final class PolicyList extends BaseCommand {
  @Mixin private ClientOptions client = new ClientOptions();

  @Option(
      names = "--offline",
      description = "Ask nobody: show what is in rosters.json and documents/ of your home.")
  private boolean offline;

  /**
   * A policy of the alliance.
   *
   * @param since the roster that put it in force
   */
  private record Version(long version, Sha256 digest, int since, List<String> signedBy) {}

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    ClientOptions.Home own = client.resolveHome();
    if (offline) {
      Genesis genesis = Genesis.load(own.genesis());
      print(terminal, new RostersFile(own.home()).read(genesis), new DocumentFiles(own.home()));
      return ExitCode.OK;
    }
    try (Client connected =
        Client.connect(client.resolve(), Permission.READ_STATUS, Clock.systemUTC())) {
      print(terminal, connected.rosters(), new DocumentFiles(own.home()));
    }
    return ExitCode.OK;
  }

  private static List<Version> versions(RosterChain rosters) {
    List<Version> all = new ArrayList<>();
    Genesis genesis = rosters.genesis();
    all.add(
        new Version(
            PolicyLines.ofGenesis(genesis.policy()).version(),
            genesis.policyDigest(),
            genesis.roster().version(),
            signers(genesis.signatures())));
    for (SignedRoster signed : rosters.later()) {
      Optional<DocumentEntry> named = signed.roster().document(DocumentKind.POLICY);
      if (named.isPresent() && !named.get().digest().equals(all.get(all.size() - 1).digest())) {
        all.add(
            new Version(
                named.get().version(),
                named.get().digest(),
                signed.roster().version(),
                signers(signed.signatures())));
      }
    }
    return all;
  }

  private static List<String> signers(List<MemberSignature> signatures) {
    return signatures.stream().map(one -> one.member().value()).toList();
  }

  private static void print(Terminal terminal, RosterChain rosters, DocumentFiles files) {
    ArrayNode array = Terminal.array();
    List<Version> all = versions(rosters);
    for (Version one : all) {
      boolean inForce = one.digest().equals(rosters.policyDigest());
      Optional<byte[]> bytes =
          one.digest().equals(rosters.genesis().policyDigest())
              ? Optional.of(rosters.genesis().policy())
              : files.find(one.digest());
      ObjectNode json =
          array
              .addObject()
              .put("version", one.version())
              .put("policyDigest", one.digest().hex())
              .put("inForce", inForce)
              .put("sinceRoster", one.since())
              .put("here", bytes.isPresent());
      one.signedBy().forEach(json.putArray("signedBy")::add);
      bytes.ifPresent(b -> json.put("policy", Policy.parse(files.file(one.digest()), b).name()));
      terminal.line(
          "version %d%s, %s".formatted(one.version(), inForce ? ", in force" : "", one.digest()));
      terminal.line(
          "  since roster version %d, signed by %s%s"
              .formatted(
                  one.since(),
                  String.join(", ", one.signedBy()),
                  bytes.isPresent() ? "" : "; its bytes are not in this home"));
    }
    terminal.value(array);
  }
}

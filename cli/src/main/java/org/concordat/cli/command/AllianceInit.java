package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.Role;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.jurisdictions.Policy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat alliance init}. */
@Command(
    name = "init",
    description = {
      "Draft an alliance's genesis from the founders' requests: roster, authorities, policy, log key.",
      "The authorities' keys are made in --ca; keep that directory offline."
    },
    footer = {
      "",
      "Example:",
      "  concordat alliance init --name hearts --domain hearts.example --policy policy.yaml \\",
      "      --ca ./offline-ca --out ./hearts */request.json"
    })
final class AllianceInit extends BaseCommand {
  static final String DRAFT_FILE = "genesis-draft.json";

  @Option(
      names = "--name",
      required = true,
      paramLabel = "NAME",
      description = "The alliance's name.")
  private String name = "";

  @Option(
      names = "--domain",
      required = true,
      paramLabel = "DOMAIN",
      description = "The DNS domain of all certificate names; it need not resolve.")
  private String domain = "";

  @Option(
      names = "--policy",
      required = true,
      paramLabel = "FILE",
      description = "The alliance's first policy, YAML or JSON.")
  private Path policy = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the draft is written.")
  private Path out = Path.of("");

  @Option(
      names = "--ca",
      required = true,
      paramLabel = "DIR",
      description = "Where the authorities' keys are made.")
  private Path ca = Path.of("");

  @Option(
      names = "--quorum",
      paramLabel = "N",
      description =
          "Signatures that a decision of the members needs, if more than the majority of agents.")
  private int quorum;

  @Parameters(arity = "1..*", paramLabel = "REQUEST", description = "The founders' request files.")
  private List<Path> requests = List.of();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    AllianceName alliance = new AllianceName(name);
    AllianceDomain names = new AllianceDomain(domain);
    Path draftFile = out.resolve(DRAFT_FILE);
    if (Files.exists(draftFile)) {
      throw new FileAlreadyExistsException(draftFile.toString());
    }
    Policy checked = policy();
    List<MemberRequest> founders = read(requests);
    requireOneCoordinator(founders);
    Set<Jurisdiction> jurisdictions =
        founders.stream()
            .map(founder -> founder.profile().jurisdiction())
            .collect(Collectors.toSet());
    Clock clock = Clock.systemUTC();
    OfflineCa authority =
        OfflineCa.create(ca, alliance, names, jurisdictions, CaLifetimes.DEFAULT, clock);
    GenesisDraft draft = authority.draftGenesis(founders, checked.canonicalJson(), quorum, clock);
    Outputs.create(draftFile, draft.toBytes());
    terminal.value(GenesisText.json(draft).put("file", draftFile.toString()));
    terminal.line("Draft of the genesis: " + draftFile);
    terminal.line("");
    GenesisText.print(terminal, draft);
    GenesisText.requests(terminal, draft, founders);
    terminal.line("");
    terminal.line("The keys of the authorities are in " + ca + ": keep that directory offline.");
    terminal.line(
        "Next: each founding member reads the draft with 'concordat alliance show "
            + draftFile
            + " REQUEST...' and runs 'concordat alliance sign "
            + draftFile
            + " --dir OWN-DIRECTORY'.");
    return ExitCode.OK;
  }

  /** Before the authorities' keys are made: a directory with keys is not written to again. */
  private static void requireOneCoordinator(List<MemberRequest> founders) {
    List<String> coordinators =
        founders.stream()
            .filter(founder -> founder.profile().roles().contains(Role.COORDINATOR))
            .map(founder -> founder.profile().id().value())
            .toList();
    if (coordinators.size() != 1) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          "the genesis needs exactly one coordinator; "
              + (coordinators.isEmpty()
                  ? "no request has the role"
                  : String.join(", ", coordinators) + " have the role"),
          "name the request.json of one participant that ran 'member init --role coordinator'");
    }
  }

  /** A policy whose own tests fail is not put before the founders. */
  private Policy policy() throws IOException {
    Policy read = Policy.read(policy);
    List<Policy.TestFailure> failures = read.selfTest();
    if (!failures.isEmpty()) {
      throw new Failure(
          ExitCode.CONFIGURATION,
          failures.stream()
              .map(failure -> policy + ": test '" + failure.test() + "': " + failure.message())
              .collect(Collectors.joining("\n")),
          "correct the policy or its tests; a policy whose own tests fail may not be signed");
    }
    return read;
  }

  /** Reads and verifies request files. */
  static List<MemberRequest> read(List<Path> requests) throws IOException {
    List<MemberRequest> founders = new ArrayList<>();
    for (Path file : requests) {
      try {
        founders.add(MemberRequest.parse(Files.readAllBytes(file)));
      } catch (org.concordat.certs.MalformedDocumentException refused) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            file + ": " + refused.getMessage(),
            "ask that founder for the request again, made by 'concordat member init'",
            refused);
      }
    }
    return founders;
  }
}

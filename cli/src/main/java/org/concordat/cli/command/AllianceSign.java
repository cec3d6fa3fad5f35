package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.ParticipantKeys;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.cli.text.Outputs;
import org.concordat.cli.text.Terminal;
import org.concordat.iam.Site;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code concordat alliance sign}. */
@Command(
    name = "sign",
    description = {
      "Sign a draft of the genesis with your keys, or collect the founders' signatures.",
      "With the quorum's last signature the sealed genesis.json is written beside the draft."
    },
    footer = {
      "",
      "Example, at a founding member, which writes lyon.signature.json beside the draft:",
      "  concordat alliance sign genesis-draft.json --dir ./lyon",
      "Example, at whoever collects the signatures:",
      "  concordat alliance sign genesis-draft.json --add lyon.signature.json --add basel.signature.json"
    })
final class AllianceSign extends BaseCommand {
  private static final String GENESIS_FILE = "genesis.json";

  @Parameters(paramLabel = "DRAFT", description = "The draft that 'alliance init' wrote.")
  private Path draftFile = Path.of("");

  @Option(names = "--dir", paramLabel = "DIR", description = "Your own directory, with your keys.")
  private @Nullable Path dir;

  @Option(
      names = "--in-place",
      description = "Add your signature to the draft itself instead of writing it beside.")
  private boolean inPlace;

  @Option(
      names = "--add",
      paramLabel = "FILE",
      description = "A founder's signature file to add to the draft; repeatable.")
  private List<Path> add = List.of();

  @Override
  ExitCode run(Terminal terminal) throws IOException {
    if (dir == null && add.isEmpty()) {
      throw new Failure(
          ExitCode.USAGE,
          "neither --dir nor --add is given",
          "give --dir to sign, or --add to collect signatures");
    }
    GenesisDraft draft = GenesisDraft.parse(Files.readAllBytes(draftFile));
    int before = draft.signatures().size();
    for (Path file : add) {
      draft = draft.addSignature(MemberSignature.parse(Files.readAllBytes(file)));
    }
    @Nullable Path beside = null;
    if (dir != null) {
      GenesisText.print(terminal, draft);
      terminal.line("");
      MemberSignature own = draft.sign(ParticipantKeys.load(dir.resolve(Site.KEYS)));
      terminal.line("Signed as '" + own.member() + "': genesis " + draft.digest());
      if (inPlace) {
        draft = draft.addSignature(own);
      } else {
        beside = draftFile.toAbsolutePath().resolveSibling(own.member() + ".signature.json");
        Outputs.replace(beside, own.toBytes());
      }
    }
    boolean grown = draft.signatures().size() > before;
    if (grown) {
      Outputs.replace(draftFile, draft.toBytes());
    }
    report(terminal, draft, beside);
    return ExitCode.OK;
  }

  private void report(Terminal terminal, GenesisDraft draft, @Nullable Path beside)
      throws IOException {
    ObjectNode json = GenesisText.json(draft);
    if (beside != null) {
      terminal.line("Signature: " + beside);
      terminal.line("Next: hand it to whoever drafted the genesis.");
      json.put("signatureFile", beside.toString());
    }
    int missing = draft.roster().quorum() - draft.signatures().size();
    if (missing <= 0) {
      Genesis genesis = draft.seal();
      Path file = draftFile.toAbsolutePath().resolveSibling(GENESIS_FILE);
      Outputs.replace(file, genesis.toBytes());
      json.put("genesisFile", file.toString());
      terminal.line("Sealed by " + draft.signatures().size() + " members: " + file);
      terminal.line("Next: every participant pins that file ('genesis:' in its configuration).");
    } else if (beside == null) {
      terminal.line(missing + " more signatures are needed.");
    }
    terminal.value(json);
  }
}

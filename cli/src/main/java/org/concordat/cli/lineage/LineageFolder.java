package org.concordat.cli.lineage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;
import org.concordat.certs.Genesis;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.Outputs;
import org.concordat.protocol.JobSpecs;

/** A lineage with all that it takes to check it without a network. */
public final class LineageFolder {
  /** The derived lineage. */
  public static final String LINEAGE = "lineage.json";

  /** The model's bytes, where its export laid them there. */
  public static final String MODEL = "model.bin";

  private static final String GENESIS = "genesis.json";
  private static final String README = "README.md";
  private static final Set<String> KNOWN =
      Set.of(LINEAGE, MODEL, GENESIS, README, ProvedFolder.NAME);
  private static final int MAX_JSON_BYTES = 256 << 20;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private LineageFolder() {}

  /**
   * What was verified.
   *
   * @param model digest of the model's bytes that lay there; empty where none did
   */
  public record Verified(Lineage lineage, WitnessedHead head, String model) {}

  /** Writes a folder that must not exist. */
  public static void write(Path folder, Lineage lineage, List<ProvedEntry> entries, Genesis genesis)
      throws IOException {
    Set<Long> wanted = lineage.used().stream().map(one -> one.index()).collect(Collectors.toSet());
    ProvedFolder.write(
        folder.resolve(ProvedFolder.NAME),
        entries.stream().filter(one -> wanted.contains(one.index())).toList());
    Outputs.create(folder.resolve(LINEAGE), bytes(LineageText.json(lineage)));
    Outputs.create(folder.resolve(GENESIS), genesis.toBytes());
    Outputs.create(
        folder.resolve(README), readme(lineage, genesis).getBytes(StandardCharsets.UTF_8));
  }

  /** JSON as files have it, indented. */
  public static byte[] bytes(ObjectNode json) {
    try {
      return (MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of plain values cannot be written", impossible);
    }
  }

  private static String readme(Lineage lineage, Genesis genesis) {
    return """
        # On what model '%s' version %d rests

        `lineage.json` says it. It follows from the entries of the alliance's audit log in
        `entries/`, byte for byte as logged, each beside the proof that it is in the log.

        Check it, without a network, with the genesis that you have pinned yourself:

            concordat model verify THIS-FOLDER --genesis genesis.json

        The genesis here has the digest %s. Ask two members whether that is theirs.

        With other tools: an entry `N.tlog-proof.json` is in the log if SHA-256(0x00 || its bytes),
        combined with the hashes in `N.tlog-proof` (RFC 9162, 2.1.3.2), is the root in the
        checkpoint at its end (c2sp.org/tlog-proof, tlog-checkpoint), which the log's Ed25519 key in
        the genesis signed (`logVkey`). `concordat audit verify-proof` does one.

        %s
        """
        .formatted(
            lineage.job(),
            lineage.version(),
            genesis.digest(),
            LineageText.lines(lineage).stream().collect(Collectors.joining("\n    ", "    ", "")));
  }

  /**
   * Verifies a folder: every entry's proof, that the lineage follows from them and from nothing
   * else, that nothing is missing, and the model's bytes where they are there.
   *
   * @param key the log's, from the pinned genesis
   * @param known whose cosignatures count
   * @param model the model's file; the folder's own where it does not exist there
   * @throws org.concordat.cli.text.Failure VERIFICATION_FAILED naming what is wrong
   */
  public static Verified verify(
      Path folder, LogVerifierKey key, Collection<WitnessKey> known, Path model)
      throws IOException {
    requireNothingElse(folder);
    ProvedFolder.Verified proved = ProvedFolder.read(folder.resolve(ProvedFolder.NAME), key, known);
    Path file = folder.resolve(LINEAGE);
    byte[] told = ProvedFolder.bytes(file, MAX_JSON_BYTES);
    ObjectNode claimed = parse(file, told);
    JsonNode version = claimed.path("version");
    if (!version.isIntegralNumber()
        || !version.canConvertToInt()
        || !Lineage.isVersion(version.asInt())) {
      throw ProvedFolder.wrong(file, "its version is none");
    }
    Lineage lineage = Lineage.of(claimed.path("job").asText(), version.asInt(), proved.entries());
    if (!lineage.missing().isEmpty()) {
      throw ProvedFolder.wrong(
          folder, "missing is " + String.join("; missing is ", lineage.missing()));
    }
    if (!Arrays.equals(bytes(LineageText.json(lineage)), told)) {
      throw ProvedFolder.wrong(file, "it is altered: it is not what the entries say");
    }
    if (lineage.used().size() < proved.entries().size()) {
      throw ProvedFolder.wrong(
          folder.resolve(ProvedFolder.NAME), "it has entries that this model does not rest on");
    }
    return new Verified(lineage, proved.head(), model(lineage, model));
  }

  private static void requireNothingElse(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path each : all.toList()) {
        if (!KNOWN.contains(each.getFileName().toString())) {
          throw ProvedFolder.wrong(each, "it is no part of a lineage");
        }
      }
    }
  }

  private static ObjectNode parse(Path file, byte[] told) throws IOException {
    try {
      if (MAPPER.readTree(told) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException malformed) {
      throw ProvedFolder.wrong(file, "it is no JSON");
    }
    throw ProvedFolder.wrong(file, "it is no lineage");
  }

  private static String model(Lineage lineage, Path model) throws IOException {
    if (!Files.exists(model)) {
      return "";
    }
    byte[] bytes =
        ProvedFolder.bytes(model, Math.toIntExact(Double.BYTES * JobSpecs.MAX_PARAMETERS));
    String digest = Sha256.of(bytes).hex();
    if (!digest.equals(lineage.model())) {
      throw ProvedFolder.wrong(
          model,
          "it is another model, or altered: its SHA-256 is %s, and version %d of '%s' is %s"
              .formatted(digest, lineage.version(), lineage.job(), lineage.model()));
    }
    return digest;
  }
}

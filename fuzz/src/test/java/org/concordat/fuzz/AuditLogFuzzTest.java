package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.AuditLogException;
import org.concordat.auditlog.Checkpoint;
import org.concordat.auditlog.Cosignature;
import org.concordat.auditlog.JournalRecord;
import org.concordat.auditlog.LogVerifierKey;
import org.concordat.auditlog.Rfc6962;
import org.concordat.auditlog.TilePath;
import org.concordat.auditlog.TlogProof;
import org.concordat.auditlog.WitnessKey;
import org.concordat.auditlog.WitnessedHead;

/** Entries, signed checkpoints, proofs, keys, tile names and journal records of the audit log. */
class AuditLogFuzzTest {
  /** The public key of RFC 8032 section 7.1, test 3. */
  private static final LogVerifierKey KEY =
      LogVerifierKey.of(
          "log.example",
          HexFormat.of()
              .parseHex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"));

  private static final WitnessKey WITNESS = WitnessKey.of("zurich.example", KEY.publicKey());
  private static final Checkpoint HEAD = new Checkpoint("log.example", 0, Rfc6962.EMPTY_ROOT);

  private static final List<Consumer<byte[]>> PARSERS =
      List.of(
          AuditEntry::parse,
          note -> Checkpoint.open(note, KEY),
          text -> TlogProof.parse(text(text)),
          text -> LogVerifierKey.parse(text(text)),
          text -> TilePath.parse(text(text)),
          note -> WitnessedHead.open(note, KEY, List.of(WITNESS)),
          line -> Cosignature.open(text(line), WITNESS, HEAD),
          JournalRecord::parse);

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @FuzzTest(maxDuration = "25s")
  void parses(byte[] data) {
    try {
      Selected.of(PARSERS, data).accept(Selected.rest(data));
    } catch (AuditLogException named) {
      // The refusal that callers expect.
    }
  }
}

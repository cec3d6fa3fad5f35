package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.erdtman.jcs.JsonCanonicalizer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditEntryTest {
  private static final String DIGEST = "ab".repeat(32);
  private final AuditEntry full =
      AuditEntry.of(
              "round/j/3/commit",
              Samples.START,
              EntryType.MODEL_RELEASE,
              "coordinator",
              "model:7",
              EntryOutcome.OK)
          .inAlliance("hearts")
          .inRound("j", 3, 1)
          .detail("reason", "\u00e9t\u00e9 \"quoted\" \ud83d\ude00 <>")
          .detail("b", "2")
          .digest("model", DIGEST);

  private final Schema schema = schema();

  @Test
  void theCanonicalFormIsPinned() {
    assertThat(full.json())
        .isEqualTo(
            "{\"actor\":\"coordinator\",\"alliance\":\"hearts\",\"attempt\":1,"
                + "\"details\":{\"b\":\"2\",\"reason\":\"\u00e9t\u00e9 \\\"quoted\\\" \ud83d\ude00 <>\"},"
                + "\"digests\":{\"model\":\""
                + DIGEST
                + "\"},\"id\":\"round/j/3/commit\",\"job\":\"j\",\"outcome\":\"ok\",\"round\":3,\"subject\":\"model:7\","
                + "\"time\":\"2026-11-21T09:00:00.250Z\",\"type\":\"model-release\",\"v\":1}");
  }

  @Test
  void everyTypeAndOutcomeFitsTheSchemaAndReadsBack() {
    for (EntryType type : EntryType.values()) {
      for (EntryOutcome outcome : EntryOutcome.values()) {
        AuditEntry entry = AuditEntry.of("i", Samples.START, type, "a", "s", outcome);
        assertThat(schema.validate(entry.json(), InputFormat.JSON)).isEmpty();
        assertThat(AuditEntry.parse(entry.canonicalBytes())).isEqualTo(entry);
      }
    }
    assertThat(schema.validate(full.json(), InputFormat.JSON)).isEmpty();
    assertThat(AuditEntry.parse(full.canonicalBytes())).isEqualTo(full);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"v\":1|\"v\":2",
        "\"v\":1|\"v\":1.0",
        "\"v\":1|\"v\":\"1\"",
        "\"round\":3|\"round\":-3",
        "\"round\":3|\"round\":3.5",
        "\"round\":3|\"round\":9007199254740992",
        "\"type\":\"model-release\"|\"type\":\"model_release\"",
        "\"outcome\":\"ok\"|\"outcome\":\"OK\"",
        "\"actor\":\"coordinator\"|\"actor\":\"a b\"",
        "\"actor\":\"coordinator\"|\"actor\":\"somebody@example.org\"",
        "\"actor\":\"coordinator\"|\"actor\":\"\"",
        "\"id\":\"round/j/3/commit\",|",
        "\"job\":\"j\",|",
        "\"round\":3,|",
        "\"alliance\"|\"allianze\"",
        "\"b\":\"2\"|\"b\":2",
        "abab|ABAB",
        "2026-11-21T|1826-11-21T"
      })
  void whatTheSchemaRefusesTheParserRefuses(String change) {
    String[] parts = change.split("\\|", -1);
    String json = full.json().replace(parts[0], parts[1]);
    assertThat(json).isNotEqualTo(full.json());
    if (!parts[1].equals("\"v\":1.0")) { // equal to 1 for the schema, another spelling for the log
      assertThat(schema.validate(json, InputFormat.JSON)).as(json).isNotEmpty();
    }
    refused(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{",
        "1",
        "\"\"",
        "{\"v\":1}",
        "{\"v\":1}{\"v\":1}",
        "\u0000",
        "{\"v\":1,\"v\":1}",
        "[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]"
      })
  void rubbishIsRefused(String json) {
    refused(json);
  }

  @Test
  void otherSpellingsOfTheSameEntryAreRefused() {
    refused(full.json().replace(",", ", "));
    refused(full.json() + "\n");
    refused(full.json().replace("<>", "\\u003c>"));
    refused(full.json().replace(".250Z", ".25Z"));
    refused(full.json().replace("\"v\":1", "\"v\":1,\"v\":1"));
    byte[] bytes = full.canonicalBytes();
    bytes[full.json().indexOf('\u00e9')] = (byte) 0xff;
    assertThatThrownBy(() -> AuditEntry.parse(bytes)).isInstanceOf(MalformedEntryException.class);
  }

  @Test
  void tooLargeEntriesAreRefusedByName() {
    AuditEntry large = full;
    for (int i = 0; i < 16; i++) {
      large = large.detail("d" + i, "x".repeat(4096));
    }
    AuditEntry refused = large;
    assertThatThrownBy(refused::canonicalBytes)
        .isInstanceOfSatisfying(
            EntryTooLargeException.class,
            failure -> {
              assertThat(failure.id()).isEqualTo(refused.id());
              assertThat(failure.bytes()).isGreaterThan(65_535);
            })
        .hasMessageContaining("digest");
  }

  @Test
  void fieldsAreBounded() {
    assertThatThrownBy(() -> full.detail("k", "x".repeat(4097)))
        .isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> full.detail("k", "a\nb")).isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> full.detail("k", "\ud800"))
        .isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> full.detail("k k", "")).isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> full.digest("k", DIGEST.substring(2)))
        .isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> full.inJob("")).isInstanceOf(MalformedEntryException.class);
    assertThatThrownBy(() -> full.inAlliance("a b")).hasMessageContaining("alliance");
    assertThatThrownBy(() -> full.digest("k k", DIGEST)).hasMessageContaining("digests");
    assertThatThrownBy(() -> full.inRound("j", -1, 0)).hasMessageContaining("round");
    assertThatThrownBy(() -> full.inRound("j", 0, -1)).hasMessageContaining("attempt");
    long largest = (1L << 53) - 1;
    assertThat(full.inRound("j", largest, largest).attempt()).hasValue(largest);
    assertThatThrownBy(() -> full.inRound("j", 0, largest + 1)).hasMessageContaining("attempt");
    assertThat(full.inJob("j").job()).contains("j");
    assertThat(full.inAlliance("hearts").alliance()).contains("hearts");
    assertThatThrownBy(
            () -> AuditEntry.of("i", Instant.EPOCH, EntryType.JOB, "a", "s", EntryOutcome.OK))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessageContaining("time");
  }

  @Test
  void identifiersAreChecked() {
    for (String wrong : List.of("", "a b", "x".repeat(257), "\u00e9")) {
      assertThatThrownBy(() -> entry(wrong, "a", "s")).hasMessageContaining("id");
      assertThatThrownBy(() -> entry("i", wrong, "s")).hasMessageContaining("actor");
      assertThatThrownBy(() -> entry("i", "a", wrong)).hasMessageContaining("subject");
    }
    String longest = "x".repeat(256);
    assertThat(entry(longest, longest, longest).id()).isEqualTo(longest);
  }

  private static AuditEntry entry(String id, String actor, String subject) {
    return AuditEntry.of(id, Samples.START, EntryType.JOB, actor, subject, EntryOutcome.OK);
  }

  @Test
  void asManyDetailsAsAreAllowed() {
    AuditEntry entry = entry("i", "a", "s");
    for (int i = 0; i < EntryRules.MAX_PAIRS; i++) {
      entry = entry.detail("d" + i, "");
    }
    AuditEntry most = entry;
    assertThat(most.details()).hasSize(EntryRules.MAX_PAIRS);
    assertThatThrownBy(() -> most.detail("more", "")).hasMessageContaining("pairs");
  }

  /** Its bytes are counted: what is exactly as large as a bundle can say is still taken. */
  @Test
  void theLargestEntry() {
    AuditEntry entry = full;
    for (int i = 0; i < 15; i++) {
      entry = entry.detail("d" + i, "x".repeat(4096));
    }
    int room = 65_535 - entry.detail("rest", "").canonicalBytes().length;
    AuditEntry largest = entry.detail("rest", "x".repeat(room));
    assertThat(AuditEntry.parse(largest.canonicalBytes())).isEqualTo(largest);
    AuditEntry larger = entry.detail("rest", "x".repeat(room + 1));
    assertThatThrownBy(larger::canonicalBytes).isInstanceOf(EntryTooLargeException.class);
  }

  @Test
  void textsAtTheBoundaries() {
    assertThat(full.remark("r", "\ud7ff\ue000 \u007f").details().get("r"))
        .isEqualTo("\ud7ff\ue000  ");
    assertThatThrownBy(() -> full.detail("k", "\udfff")).hasMessageContaining("surrogates");
    assertThat(full.remark("r", "x".repeat(5000)).details().get("r")).hasSize(4096);
  }

  @Test
  void remarksAreMadeToFit() {
    String smile = "\ud83d\ude00";
    AuditEntry entry =
        full.remark("reason", "a\nb\u0000c\ud800d").remark("long", "x" + smile.repeat(4000));
    assertThat(entry.details()).containsEntry("reason", "a b c d");
    assertThat(entry.details().get("long")).hasSize(4095).endsWith(smile);
    assertThat(AuditEntry.parse(entry.canonicalBytes())).isEqualTo(entry);
  }

  @TestFactory
  Stream<DynamicTest> randomEntriesReadBackAndFitTheSchema() {
    return Seeded.property(
        "round trip",
        100,
        random -> {
          AuditEntry entry = random(random);
          assertThat(entry.canonicalBytes())
              .as("as RFC 8785's own implementation")
              .isEqualTo(new JsonCanonicalizer(entry.json()).getEncodedUTF8());
          assertThat(AuditEntry.parse(entry.canonicalBytes())).isEqualTo(entry);
          assertThat(schema.validate(entry.json(), InputFormat.JSON)).isEmpty();
        });
  }

  @TestFactory
  Stream<DynamicTest> mutatedEntriesAreRefusedByNameOrCanonical() {
    return Seeded.property(
        "mutations",
        500,
        random -> {
          byte[] bytes = Mutation.of(full.canonicalBytes(), random);
          try {
            assertThat(AuditEntry.parse(bytes).canonicalBytes()).isEqualTo(bytes);
            assertThat(AuditEntry.parse(bytes)).isEqualTo(EntryCodec.parse(bytes));
          } catch (MalformedEntryException refused) {
            assertThat(refused.reason()).isNotBlank();
          }
        });
  }

  /** What is read without the JSON parser is the same entry, and what is refused is refused. */
  @TestFactory
  Stream<DynamicTest> theQuickReaderTakesNothingThatTheParserDoesNot() {
    return Seeded.property(
        "quick reader",
        50,
        random -> {
          AuditEntry plain =
              Samples.entry(random.nextInt(10_000))
                  .detail("a", "plain \"text\" and \\")
                  .digest("d", DIGEST);
          assertThat(CanonicalReader.read(plain.canonicalBytes())).contains(plain);
          for (int i = 0; i < 200; i++) {
            byte[] bytes = plain.canonicalBytes();
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
            CanonicalReader.read(bytes)
                .ifPresent(read -> assertThat(EntryCodec.parse(bytes)).isEqualTo(read));
            byte[] mutated = Mutation.of(bytes, random);
            CanonicalReader.read(mutated)
                .ifPresent(read -> assertThat(EntryCodec.parse(mutated)).isEqualTo(read));
            for (byte[] each : List.of(bytes, mutated)) {
              if (new EntryScan().take(each, 0, each.length)) {
                scansAs(EntryCodec.parse(each), each);
              }
            }
          }
          byte[] quick = Samples.entry(random.nextInt(10_000)).digest("d", DIGEST).canonicalBytes();
          scansAs(EntryCodec.parse(quick), quick);
        });
  }

  /** A scan finds in the bytes, wherever they begin, what the entry has. */
  private static void scansAs(AuditEntry entry, byte[] bytes) {
    byte[] within = new byte[bytes.length + 7];
    System.arraycopy(bytes, 0, within, 3, bytes.length);
    EntryScan scan = new EntryScan();
    assertThat(scan.take(within, 3, 3 + bytes.length)).isTrue();
    assertThat(scan.id()).isEqualTo(entry.idBytes());
    assertThat(scan.type()).isEqualTo(entry.type());
    assertThat(scan.millis()).isEqualTo(entry.time().toEpochMilli());
    assertThat(Terms.of(scan).hashes()).isEqualTo(Terms.of(entry).hashes());
    for (AuditField field : AuditField.values()) {
      for (String value : field.of(entry)) {
        assertThat(scan.has(field, value.getBytes(StandardCharsets.UTF_8))).isTrue();
        assertThat(scan.has(field, (value + "x").getBytes(StandardCharsets.UTF_8))).isFalse();
      }
      if (field.of(entry).isEmpty()) {
        assertThat(scan.has(field, new byte[0])).as(field.text()).isFalse();
      }
    }
  }

  @Test
  void aScanFindsPersonsAndDataVersionsAmongOtherDetails() {
    AuditEntry entry =
        Samples.entry(3)
            .detail("perso", "no")
            .detail("person", "who")
            .detail("persons", "neither")
            .digest("dataSet", DIGEST)
            .digest("dataSets", DIGEST.replace('a', 'b'));
    scansAs(entry, entry.canonicalBytes());
    AuditEntry without = Samples.entry(3).detail("dataSet", "as a detail").digest("person", DIGEST);
    scansAs(without, without.canonicalBytes());
  }

  @Test
  void aScanForgetsWhatTheEntryBeforeHad() {
    EntryScan scan = new EntryScan();
    byte[] first = full.detail("person", "who").detail("reason", "plain").canonicalBytes();
    assertThat(scan.take(first, 0, first.length)).isTrue();
    AuditEntry bare =
        AuditEntry.of("b", full.time(), EntryType.SYSTEM, "a", "s", EntryOutcome.FAILED);
    byte[] second = bare.canonicalBytes();
    assertThat(scan.take(second, 0, second.length)).isTrue();
    assertThat(scan.has(AuditField.PERSON)).isFalse();
    assertThat(scan.has(AuditField.JOB)).isFalse();
    assertThat(Terms.of(scan).hashes()).isEqualTo(Terms.of(bare).hashes());
  }

  /** What a scan takes without making an entry keeps the same bounds. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"round\":3|\"round\":9007199254740992",
        "\"round\":3,|",
        "\"job\":\"j\",|",
        "\"attempt\":1|\"attempt\":01",
        "\"actor\":\"coordinator\"|\"actor\":\"\"",
        "2026-11-21T|1999-11-21T",
        "2026-11-21T|2026-02-29T",
        ".250Z|.000Z",
        "T09:|T24:",
        "abab|ABAB",
        "\"b\":\"2\"|\"s\":\"2\"",
        "\"b\":\"2\"|\"b b\":\"2\""
      })
  void aScanKeepsTheSameBounds(String change) {
    String[] parts = change.split("\\|", -1);
    String json = full.detail("reason", "plain").json();
    assertThat(scans(json)).isTrue();
    String changed = json.replaceFirst(java.util.regex.Pattern.quote(parts[0]), parts[1]);
    assertThat(changed).isNotEqualTo(json);
    assertThat(scans(changed)).isFalse();
    refused(changed);
  }

  private static boolean scans(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return new EntryScan().take(bytes, 0, bytes.length);
  }

  private static AuditEntry random(RandomGenerator random) {
    AuditEntry entry =
        AuditEntry.of(
            "id-" + random.nextLong(),
            Instant.ofEpochMilli(random.nextLong(946_684_800_000L, 253_402_300_800_000L)),
            EntryType.values()[random.nextInt(EntryType.values().length)],
            "a" + random.nextInt(),
            "s",
            EntryOutcome.values()[random.nextInt(4)]);
    if (random.nextBoolean()) {
      entry = entry.inRound("job", random.nextLong(1L << 53), random.nextLong(1L << 53));
    }
    for (int i = random.nextInt(5); i > 0; i--) {
      StringBuilder text = new StringBuilder();
      random.ints(random.nextInt(50), 0, 0x11000).forEach(text::appendCodePoint);
      entry = entry.remark("k" + i, text.toString());
    }
    return entry;
  }

  private static void refused(String json) {
    assertThatThrownBy(() -> AuditEntry.parse(json.getBytes(StandardCharsets.UTF_8)))
        .as(json)
        .isInstanceOf(MalformedEntryException.class);
  }

  private static Schema schema() {
    try (InputStream in = AuditEntry.class.getResourceAsStream("audit-entry.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(new String(in.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  /** Found by fuzzing: what looks like UTF-32 by its first bytes and is not. */
  @Test
  void bytesThatAreNoTextAtAll() {
    byte[] bytes = {0, 0, 0, '{', 0x33, (byte) 0xff, 0, 0};
    assertThatThrownBy(() -> AuditEntry.parse(bytes))
        .isInstanceOf(MalformedEntryException.class)
        .hasMessageContaining("UTF");
  }
}

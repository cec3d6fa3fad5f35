package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.jurisdictions.FactSheet.MalformedSheetException;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FactSheetTest {
  private static final Instant NOW = Samples.NOW;
  private static final Instant END = NOW.plus(Duration.ofDays(365));

  private static StatedFact fact(FactName name, String... words) {
    return StatedFact.of(name, List.of(words), "file 12/2026", NOW, END);
  }

  private static FactSheet sheet() {
    return FactSheet.empty("zurich")
        .with(fact(FactName.TRANSFER_MECHANISM, "Swiss-Standard-Clauses"))
        .with(fact(FactName.HOSTING_CONTROL, "ch"))
        .with(fact(FactName.SUBJECT_REGIONS, "eu", "CH"));
  }

  private static String json() {
    return new String(sheet().toBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void itsCanonicalFormIsPinned() {
    assertThat(
            new String(
                FactSheet.empty("zurich").with(fact(FactName.HOSTING, "own")).toBytes(),
                StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"facts\":[{\"evidence\":\"file 12/2026\",\"expires\":\"2027-11-21T12:00:00Z\","
                + "\"fact\":\"hosting\",\"stated\":\"2026-11-21T12:00:00Z\",\"value\":\"own\"}],"
                + "\"format\":1,\"member\":\"zurich\",\"number\":1}");
  }

  @Test
  void whatIsReadIsWhatWasWritten() {
    FactSheet read = FactSheet.parse(sheet().toBytes());
    assertThat(read.number()).isEqualTo(3);
    assertThat(read.member()).isEqualTo("zurich");
    assertThat(read.stated()).containsExactlyElementsOf(sheet().stated());
    assertThat(read.find(FactName.HOSTING_CONTROL).orElseThrow().value()).hasToString("CH");
    assertThat(read.find(FactName.HOSTING)).isEmpty();
    assertThat(read.lastStated()).isEqualTo(NOW);
    assertThat(FactSheet.empty("zurich").lastStated()).isEqualTo(Instant.EPOCH);
  }

  @Test
  void theNextSheetSaysAllAnew() {
    FactSheet next = sheet().without(FactName.HOSTING_CONTROL);
    assertThat(next.number()).isEqualTo(4);
    assertThat(next.stated())
        .extracting(StatedFact::fact)
        .containsExactly(FactName.TRANSFER_MECHANISM, FactName.SUBJECT_REGIONS);
    assertThat(sheet().after(9).number()).isEqualTo(9);
    assertThat(sheet().after(2).number()).isEqualTo(3);
  }

  @Test
  void aPolicySeesThemUntilTheyEnd() {
    Facts.Builder builder = Facts.builder();
    sheet().addTo(builder);
    Facts facts = builder.build();
    Fact clauses = facts.get(FactName.TRANSFER_MECHANISM).orElseThrow();
    assertThat(clauses.source()).isEqualTo(FactSource.MEMBER_ATTESTED);
    assertThat(clauses.isInForce(END.minusMillis(1))).isTrue();
    assertThat(clauses.isInForce(END)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'CH' | 'XX' | country code",
        "'swiss-standard-clauses' | 'swiss standard' | a word of",
        "zurich | Zurich | no member's id",
        "hosting-control | hosting-kontrol | unknown fact 'hosting-kontrol'",
        "hosting-control | jurisdiction | no member states it",
        "file 12/2026 | a\u202Eb | printable",
        "2027-11-21T12:00:00Z | 2026-11-21T12:00:00Z | must end after that",
        "2027-11-21T12:00:00Z | 2032-11-24T12:00:00Z | within five years",
        "2027-11-21T12:00:00Z | tomorrow | could not be parsed",
        "'\"number\":3' | '\"number\":-3' | not between 0 and 9007199254740991",
        "'\"format\":1' | '\"format\":2' | format is not 1",
        "'\"member\"' | ' \"member\"' | canonical",
        "'\"member\"' | '\"name\":1,\"member\"' | canonical",
        "'\"number\"' | '\"number\":3,\"number\"' | Duplicate",
        "'}' | '' | no JSON",
        "'[\"ch\",\"eu\"]' | '[\"eu\",\"ch\"]' | canonical",
        "'[\"ch\",\"eu\"]' | '[]' | 0 values",
        "'[\"ch\",\"eu\"]' | '{}' | not right",
      })
  void anythingElseIsRefused(String part, String other, String why) {
    byte[] bytes = json().replace(part, other).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> FactSheet.parse(bytes))
        .isInstanceOf(MalformedSheetException.class)
        .hasMessageContaining(why);
  }

  @Test
  void tooMuchIsRefusedUnread() {
    assertThatThrownBy(() -> FactSheet.parse(new byte[FactSheet.MAX_BYTES + 1]))
        .hasMessageContaining("16385 bytes");
    assertThatThrownBy(() -> fact(FactName.HOSTING, "own", "rented"))
        .hasMessageContaining("2 values: it takes one");
    String most = "x".repeat(200);
    assertThat(StatedFact.of(FactName.HOSTING, List.of("own"), most, NOW, END).evidence())
        .isEqualTo(most);
    assertThatThrownBy(() -> StatedFact.of(FactName.HOSTING, List.of("own"), most + "x", NOW, END))
        .hasMessageContaining("1 to 200 printable characters");
  }

  @TestFactory
  Stream<DynamicTest> noBytesAreTakenThatAreNotASheet() {
    return Seeded.property(
        "a sheet with other bytes",
        50,
        random -> {
          for (int i = 0; i < 100; i++) {
            byte[] bad = sheet().toBytes();
            bad[random.nextInt(bad.length)] ^= (byte) (1 + random.nextInt(255));
            try {
              assertThat(FactSheet.parse(bad).toBytes()).isEqualTo(bad);
            } catch (MalformedSheetException refused) {
              assertThat(refused).hasMessageContaining("not a sheet of facts");
            }
          }
        });
  }
}

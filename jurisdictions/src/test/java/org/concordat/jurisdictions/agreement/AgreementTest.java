package org.concordat.jurisdictions.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.concordat.jurisdictions.InvalidPolicyException;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Agreements as people write them, what they refuse, and what follows from them. */
class AgreementTest {
  private static final Path FOLDER = Path.of("..", "examples", "agreements");
  private static final List<String> ALL = List.of("budapest", "zurich");
  private static final LocalDate DAY = LocalDate.parse("2027-06-01");

  static Stream<String> samples() {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .sorted()
          .toList()
          .stream();
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(FOLDER.resolve(file));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  static Agreement sample(String file) {
    return parse(text(file));
  }

  private static Agreement parse(String text) {
    return Agreement.parse(Path.of("agreement.yaml"), text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void thereIsOneOfEachPartnership() {
    assertThat(samples().map(file -> sample(file).partnership().kind()))
        .containsExactlyInAnyOrder("federated-alliance", "joint-consortium", "co-investment-pool");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void canonicalJsonIsTheAgreement(String file) {
    Agreement agreement = sample(file);
    Agreement again = Agreement.parse(Path.of("canonical"), agreement.canonicalJson());
    assertThat(again).isEqualTo(agreement);
    assertThat(again.canonicalJson()).isEqualTo(agreement.canonicalJson());
    assertThat(agreement.digest()).matches("[0-9a-f]{64}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{needed: 3, holders: [budapest, zurich]} | 3 of 2 holders",
        "{needed: 0, holders: all} | expected a whole number from 1 to 255",
        "{needed: 1, holders: [oslo]} | 'oslo' is no party",
        "{needed: 1} | holders",
        "{needed: 1, holders: all, more: 1} | more",
      })
  void whoHoldsModelKeysIsChecked(String keys, String mistake) {
    String text = text("federated-hospitals.yaml").replaceAll("model-keys: .*", "");
    assertThat(parse(text).modelKeys()).isNull();
    assertThat(parse(text + "\nmodel-keys: {needed: 2, holders: all}\n").modelKeys().holders())
        .hasSize(4);
    assertThatThrownBy(() -> parse(text + "\nmodel-keys: " + keys + "\n"))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining(mistake);
  }

  @TestFactory
  Stream<DynamicTest> canonicalJsonIsAFixpoint() {
    return Seeded.property(
        "parse(canonicalJson) is the same agreement, and nothing changes to itself",
        100,
        random -> {
          Agreement agreement = parse(new RandomAgreements(random).yaml());
          Agreement again = Agreement.parse(Path.of("again"), agreement.canonicalJson());
          assertThat(again).isEqualTo(agreement);
          assertThat(agreement.changesTo(again)).isEmpty();
        });
  }

  @TestFactory
  Stream<DynamicTest> everyChangeIsTold() {
    return Seeded.property(
        "two agreements that differ in a term differ in a sentence",
        100,
        random -> {
          Agreement one = parse(new RandomAgreements(random).yaml());
          Agreement other = parse(new RandomAgreements(random).yaml());
          boolean same =
              one.digest().equals(other.digest())
                  || one.digest().equals(parse(numbered(other, one.version())).digest());
          assertThat(one.changesTo(other).isEmpty()).isEqualTo(same);
        });
  }

  private static String numbered(Agreement agreement, long version) {
    return new String(agreement.canonicalJson(), StandardCharsets.UTF_8)
        .replaceFirst("\"version\":[0-9]+", "\"version\":" + version);
  }

  @Test
  void theOrderInWhichItIsWrittenDoesNotMatter() {
    String text = text("federated-hospitals.yaml");
    String zurich = "  - {id: zurich, name: Zurich Hospital, jurisdiction: ch}\n";
    String moved =
        text.replace(zurich, "")
            .replace(
                "parties:                        # ids as in the roster\n", "parties:\n" + zurich);
    assertThat(moved).isNotEqualTo(text);
    assertThat(parse(moved).digest()).isEqualTo(parse(text).digest());
  }

  @Test
  void itReadsAsSentences() {
    assertThat(sample("federated-hospitals.yaml").sentences())
        .contains(
            "It holds from 2027-01-01 until before 2032-01-01.",
            "The parties are a federated alliance: each keeps its data at its site.",
            "Party 'zurich' is Zurich Hospital, of jurisdiction ch.",
            "Clause 'research' is for medical-research.",
            "Under clause 'research' models are owned jointly: budapest 25%, cleveland 25%,"
                + " long-beach 25%, zurich 25%.",
            "Every party may use models under clause 'research'.",
            "budapest, zurich may export models under clause 'research'.",
            "Nobody may license models under clause 'research'.",
            "Each party answers for what it caused, up to 1000000 EUR an event, under the law of"
                + " CH.",
            "A party that leaves says so 90 days before.",
            "Its right to use goes on for 365 days.",
            "Its right to export ends as it leaves.",
            "It has deleted what it holds within 30 days after its last right has ended.");
    assertThat(sample("joint-consortium.yaml").sentences())
        .contains(
            "The parties are a joint consortium with one repository, in jurisdiction eu, that lyon"
                + " keeps.",
            "Under clause 'research' models are lyon's, licensed to lyon, madrid, oslo.",
            "Under clause 'research' derived-works are and stay lyon's.");
  }

  // --- what follows

  @Test
  void whoMayDoWhatFollows() {
    Agreement agreement = sample("federated-hospitals.yaml");
    assertThat(may(agreement, Right.EXPORT, "zurich")).isEmpty();
    assertThat(may(agreement, Right.EXPORT, "cleveland"))
        .isEqualTo(
            "clause 'research' of agreement 'federated-hospitals' version 1 does not grant"
                + " 'cleveland' the right to export models");
    assertThat(may(agreement, Right.USE, "boston"))
        .isEqualTo("'boston' is no party of agreement 'federated-hospitals' version 1");
    assertThat(agreement.denialOf(Right.EXPORT, Work.Kind.DERIVED, "research", "zurich", null, DAY))
        .contains("does not grant");
    assertThat(agreement.denialOf(Right.USE, Work.Kind.MODELS, "sales", "zurich", null, DAY))
        .isEqualTo(
            "agreement 'federated-hospitals' version 1 has no clause 'sales': it has research");
  }

  private static String may(Agreement agreement, Right right, String party) {
    return agreement.denialOf(right, Work.Kind.MODELS, "research", party, null, DAY);
  }

  @Test
  void aRightGoesOnAsLongAsTheExitTermsSay() {
    Agreement agreement = sample("federated-hospitals.yaml");
    LocalDate left = LocalDate.parse("2028-03-01");
    LocalDate last = left.plusDays(364);
    assertThat(after(agreement, Right.USE, left, last)).isEmpty();
    assertThat(after(agreement, Right.USE, left, last.plusDays(1)))
        .contains("'zurich' left on 2028-03-01, and its right to use ended 365 days after that");
    assertThat(after(agreement, Right.EXPORT, left, left.minusDays(1))).isEmpty();
    assertThat(after(agreement, Right.EXPORT, left, left)).contains("ended 0 days after that");
  }

  private static String after(Agreement agreement, Right right, LocalDate left, LocalDate day) {
    return agreement.denialOf(right, Work.Kind.MODELS, "research", "zurich", left, day);
  }

  @Test
  void nothingFollowsOutsideItsDays() {
    Agreement agreement = sample("federated-hospitals.yaml");
    LocalDate first = LocalDate.parse("2027-01-01");
    LocalDate over = LocalDate.parse("2032-01-01");
    assertThat(agreement.denialOfJob("research", "medical-research", ALL, first)).isEmpty();
    assertThat(agreement.denialOfJob("research", "medical-research", ALL, first.minusDays(1)))
        .isEqualTo(
            "agreement 'federated-hospitals' version 1 holds from 2027-01-01 until before"
                + " 2032-01-01, not on 2026-12-31: agree on another version");
    assertThat(agreement.denialOfJob("research", "medical-research", ALL, over)).isNotEmpty();
    assertThat(after(agreement, Right.USE, over.plusYears(9), over)).contains("not on 2032-01-01");
  }

  @Test
  void aJobRunsUnderAClauseForItsPurpose() {
    Agreement agreement = sample("federated-hospitals.yaml");
    assertThat(agreement.denialOfJob("research", "marketing", ALL, DAY))
        .isEqualTo(
            "clause 'research' of agreement 'federated-hospitals' version 1 is for"
                + " medical-research, not for 'marketing'");
    assertThat(agreement.denialOfJob("none", "medical-research", ALL, DAY))
        .contains("has no clause 'none': it has research");
    assertThat(agreement.denialOfJob("", "medical-research", ALL, DAY))
        .isEqualTo(
            "agreement 'federated-hospitals' version 1 is in force, and the job names no clause of"
                + " it: it has research");
    assertThat(agreement.denialOfJob("research", "medical-research", List.of("rome"), DAY))
        .isEqualTo("'rome' is no party of agreement 'federated-hospitals' version 1");
  }

  // --- another version

  @Test
  void aChangeSaysWhoMayDoWhatThatItCouldNotBefore() {
    String before = text("federated-hospitals.yaml");
    String after =
        before
            .replace("version: 1", "version: 2")
            .replace("export: [budapest, zurich]", "export: [cleveland, zurich]")
            .replace("notice-days: 90", "notice-days: 30");
    assertThat(parse(before).changesTo(parse(after)))
        .containsExactly(
            "cleveland may now export models under clause 'research'.",
            "budapest may no longer export models under clause 'research'.",
            "New: A party that leaves says so 30 days before.",
            "Gone: A party that leaves says so 90 days before.");
  }

  // --- mistakes

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "zurich: 25}}|zurich: 26}}|come to 101, not 100",
        "[budapest, zurich]|[budapest, boston]|'boston' is no party: the parties are budapest",
        "[budapest, zurich]|[budapest, budapest]|'budapest' is given twice in 'export'",
        "[budapest, zurich]|some|'export' is a list of parties, or all",
        "[budapest, zurich]|[]|must be a list with at least one item",
        "use: all|uses: all|unknown key 'uses'",
        "federated-alliance|empire|known are [federated-alliance, joint-consortium",
        "currency: EUR|currency: EUX|'EUX' is not a currency code",
        "law: CH|law: XX|'XX' is not a country code",
        "ends: 2032-01-01|ends: 2027-01-01|not after it begins",
        "begins: 2027-01-01|begins: 2027-02-30|expected a day such as",
        "notice-days: 90|notice-days: -1|from 0 to 36525",
        "{use: 365}|{share: 365}|the right to share goes on, and no clause grants it",
        "format: 1|format: 2|1 in this release",
        "id: zurich|id: cleveland|party 'cleveland' is given twice",
        "id: zurich|id: zürich|'id' must be a member's id",
        "joint, shares|retained, shares|lacks 'by'",
        "law: CH|law: CH, lax: 1|unknown key 'lax' in 'liability'"
      })
  void mistakesAreTold(String right, String wrong, String expected) {
    String text = text("federated-hospitals.yaml");
    assertThat(text).contains(right);
    assertThatThrownBy(() -> parse(text.replace(right, wrong)))
        .isInstanceOf(InvalidPolicyException.class)
        .hasMessageContaining("agreement.yaml:")
        .hasMessageContaining(expected);
  }

  @Test
  void allMistakesAreToldAtOnce() {
    String text =
        text("joint-consortium.yaml")
            .replace("keeper: lyon", "keeper: rome")
            .replace("law: FR", "law: fr")
            .replace("version: 1", "version: zero");
    InvalidPolicyException refused =
        catchThrowableOfType(InvalidPolicyException.class, () -> parse(text));
    assertThat(refused.problems()).hasSize(3);
  }

  @Test
  void aBareOrHugeFileIsRefusedByName() {
    for (String text :
        List.of("", "a", "{}", "[]", "agreement: x", "&a [*a]", "x".repeat(2_000_000))) {
      assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidPolicyException.class);
    }
  }
}

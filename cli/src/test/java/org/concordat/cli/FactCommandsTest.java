package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code concordat fact} in a home that no network reaches. */
class FactCommandsTest {
  private static final LocalDate NEXT_YEAR = LocalDate.now(ZoneOffset.UTC).plusYears(1);

  @TempDir Path root;
  private Founding founding;

  @BeforeEach
  void found() throws Exception {
    founding = Founding.in(root, "demo.yaml");
  }

  private Cli as(String who, Object... command) {
    return Cli.run(founding.as(who, 1, command));
  }

  private Cli state(String fact, String value, String evidence, Object expires) {
    return as("zurich", "fact", "state", fact, value, "--evidence", evidence, "--expires", expires);
  }

  private JsonNode own() throws Exception {
    return Cli.json(founding.as("zurich", 1, "fact", "list")).path("members").get(0);
  }

  @Test
  void aMemberStatesAndWithdrawsWithoutANetwork() throws Exception {
    assertThat(as("zurich", "fact", "list").out()).contains("states no facts");
    Cli stated = state("transfer-mechanism", "Swiss-Clauses", "file 12/2026", NEXT_YEAR);
    assertThat(stated.code()).as(stated.err()).isZero();
    assertThat(stated.out()).contains("sheet 1 of 'zurich'").contains("fact list --all");
    assertThat(state("hosting-control", "ch", "contract 7", NEXT_YEAR + "T08:00:00Z").code())
        .isZero();
    JsonNode sheet = own();
    assertThat(sheet.path("number").asInt()).isEqualTo(2);
    assertThat(sheet.path("facts").findValuesAsText("fact"))
        .containsExactly("transfer-mechanism", "hosting-control");
    assertThat(sheet.path("facts").findValuesAsText("value"))
        .containsExactly("swiss-clauses", "CH");
    assertThat(sheet.path("facts").findValuesAsText("expires"))
        .containsExactly(NEXT_YEAR + "T00:00:00Z", NEXT_YEAR + "T08:00:00Z");
    assertThat(as("zurich", "fact", "list").out()).contains("MEMBER").contains("file 12/2026");

    assertThat(as("zurich", "fact", "withdraw", "hosting-control").code()).isZero();
    assertThat(own().path("number").asInt()).isEqualTo(3);
    assertThat(own().path("facts")).hasSize(1);
    Cli twice = as("zurich", "fact", "withdraw", "hosting-control");
    assertThat(twice.code()).isEqualTo(5);
    assertThat(twice.err()).contains("does not state hosting-control").contains("Next:");
  }

  @Test
  void whatCannotBeStatedIsNamed() {
    Cli roster = state("jurisdiction", "eu", "x", NEXT_YEAR);
    assertThat(roster.code()).isEqualTo(2);
    assertThat(roster.err())
        .contains("'jurisdiction' is no fact that a member states")
        .contains("hosting, hosting-control");
    Cli country = state("hosting-control", "Atlantis", "x", NEXT_YEAR);
    assertThat(country.code()).isEqualTo(2);
    assertThat(country.err()).contains("'Atlantis' is not right: expected a country code");
    Cli past = state("hosting", "own", "x", "2020-01-01");
    assertThat(past.code()).isEqualTo(2);
    assertThat(past.err()).contains("must end after that, and within five years");
    Cli never = state("hosting", "own", "x", "soon");
    assertThat(never.code()).isEqualTo(2);
    assertThat(never.err()).contains("--expires 'soon' is no date").contains("2027-03-01");
    assertThat(root.resolve("zurich/facts.signed")).doesNotExist();
  }

  @Test
  void anotherMembersFileIsNoneOfOnesOwn() throws Exception {
    assertThat(state("hosting", "own", "contract 7", NEXT_YEAR).code()).isZero();
    Files.copy(root.resolve("zurich/facts.signed"), root.resolve("budapest/facts.signed"));
    Cli foreign = as("budapest", "fact", "list");
    assertThat(foreign.code()).isEqualTo(8);
    assertThat(foreign.err()).contains("signature of 'zurich'").contains("state the facts anew");
    Files.write(root.resolve("zurich/facts.signed"), new byte[20_000]);
    Cli huge = as("zurich", "fact", "list");
    assertThat(huge.code()).isEqualTo(3);
    assertThat(huge.err()).contains("has more than 17408 bytes");
  }
}

package org.concordat.jurisdictions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page that describes the language names everything there is. */
class LanguagePageTest {
  private static String page = "";

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("..", "docs", "policy.md"));
  }

  @ParameterizedTest
  @EnumSource(FactName.class)
  void factsStandInTheTable(FactName fact) {
    assertThat(page)
        .contains(
            "| `" + fact + "` | " + fact.type().name().toLowerCase(java.util.Locale.ROOT) + " | ")
        .contains("| " + fact.meaning() + " |");
  }

  @Test
  void everyWordOfTheLanguageIsNamed() {
    for (Action action : Action.values()) {
      assertThat(page).contains("`" + action + "`");
    }
    for (FactSource source : FactSource.values()) {
      assertThat(page).contains("`" + source + "`");
    }
    for (Obligation obligation : Obligation.values()) {
      assertThat(page).contains("`" + obligation + "`");
    }
    for (Operator operator : Operator.values()) {
      assertThat(page).contains(operator.text());
    }
  }
}

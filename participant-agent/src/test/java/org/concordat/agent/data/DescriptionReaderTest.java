package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Descriptions with mistakes: all told at once, with their lines. */
class DescriptionReaderTest {
  @TempDir Path directory;
  private Toy toy;

  @BeforeEach
  void toy() throws IOException {
    toy = new Toy(directory);
  }

  @Test
  void reportsEveryMistakeWithItsLine() throws IOException {
    toy.describe(
        """
        name: Toy Set
        subject-regions: []
        files: {train: train.csv, tset: x}
        colour: red
        columns:
          - {name: a, type: float}
          - {name: a, type: number, min: 2, max: 1}
        label: {column: b, rule: "~3", classes: [x, x]}
        features: [c]
        one-hot: {a: [1]}
        """);
    InvalidConfigurationException invalid =
        catchThrowableOfType(InvalidConfigurationException.class, toy::load);

    assertThat(invalid.getMessage())
        .contains(
            ":1: 'name' is 'Toy Set'",
            "'data-class' is missing",
            ":2: 'subject-regions'",
            ":3: unknown key 'files.tset'",
            ":4: unknown key 'colour'",
            ":6: 'columns[0].type' is 'float'",
            ":7: column 'a': min 2.0 is above max 1.0",
            ":7: column 'a' is declared twice",
            ":8: 'b' is not among the declared columns",
            "labels are classes only, a number is not predicted",
            ":8: 'label.rule' is '~3'",
            ":8: 'label.classes'",
            ":9: 'c' is not among the declared columns",
            ":10: one-hot 'a' is not among the features");
  }

  @Test
  void mistakesInTheSchemaAreToldWithThose() throws IOException {
    Files.writeString(directory.resolve("s.yaml"), Toy.TABLE + "colour: red\n");
    toy.describe(Toy.HEAD + Toy.FILES + "schema: s.yaml\nflavour: sweet\n");
    assertThatThrownBy(toy::load)
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("s.yaml:")
        .hasMessageContaining("colour")
        .hasMessageContaining("flavour");
  }

  @Test
  void aMissingSchemaOrDescriptionIsNamed() throws IOException {
    toy.describe(Toy.HEAD + Toy.FILES + "schema: absent.yaml\n");
    assertThatThrownBy(toy::load)
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("absent.yaml");
    assertThatThrownBy(() -> DataSet.load(directory.resolve("none.yaml"), toy.root))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("no such file");
  }

  @Test
  void textCannotBeAFeatureNorTheLabelOne() throws IOException {
    toy.describe(
        Toy.HEAD + Toy.FILES + Toy.TABLE.replace("[pressure, pain, age]", "[note, pain, ill]"));
    assertThatThrownBy(toy::load)
        .hasMessageContaining("feature 'note' has no number")
        .hasMessageContaining("feature 'ill' is the label");
  }

  @ParameterizedTest
  @CsvSource({">0,0,false", ">0,0.1,true", ">=2,2,true", "<-1.5,-2,true", "<=3,3.5,false"})
  void labelRulesCompare(String rule, double value, boolean holds) {
    LabelRule parsed = LabelRule.parse(rule);
    assertThat(parsed).isNotNull();
    assertThat(parsed.holds(value)).isEqualTo(holds);
  }

  @ParameterizedTest
  @CsvSource({"1,1.0", "01,1", "1e1,10", "a,a", "-0.50,-.5"})
  void codesThatAreEqualNumbersAreEqual(String one, String other) {
    assertThat(Cells.canonical(one)).isEqualTo(Cells.canonical(other));
  }
}

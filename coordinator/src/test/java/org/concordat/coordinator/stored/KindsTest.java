package org.concordat.coordinator.stored;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Stores of earlier programs have these names: a changed one loses what is under it. */
final class KindsTest {
  private static List<String> names() throws IllegalAccessException {
    List<String> names = new ArrayList<>();
    for (Field field : Kinds.class.getDeclaredFields()) {
      if (Modifier.isPublic(field.getModifiers())) {
        names.add((String) field.get(null));
      }
    }
    return names;
  }

  @Test
  void theNamesStay() throws IllegalAccessException {
    assertThat(names())
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrder(
            "region-task",
            "region-sum",
            "region-token",
            "roster",
            "invitation",
            "approval",
            "roster-change",
            "member-exit",
            "crl",
            "facts",
            "bundle",
            "last-statement",
            "audit-head",
            "person-key",
            "person-name",
            "forgotten",
            "probe",
            "job",
            "model",
            "draw",
            "draw-certificate",
            "epoch",
            "epoch-chain",
            "epoch-previous",
            "epoch-latest",
            "epoch-tokens",
            "epoch-end",
            "epoch-certified",
            "epoch-deposits",
            "epoch-forgotten",
            "answered-store",
            "lie",
            "round",
            "evidence",
            "evidence-order",
            "evidence-deleted",
            "round-cohorts",
            "checkpoint",
            "alliance-checkpoint");
  }

  @Test
  void soDoThoseWithAPart() {
    assertThat(Kinds.drawInputs("ab")).isEqualTo("draw-input/ab");
    assertThat(Kinds.epochInputs(7)).isEqualTo("epoch-input/000000000007");
    assertThat(Kinds.epochPages(7)).isEqualTo("epoch-page/000000000007");
    assertThat(Kinds.lieEvidence("ab")).isEqualTo("lie-evidence/ab");
    assertThat(Kinds.cohortCheckpoints("heart", 7)).isEqualTo("cohort-checkpoint/heart/7");
    assertThat(Kinds.position(12)).isEqualTo("000012");
  }

  @Test
  void numbersAreTheSameOnEveryMachine() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
    try {
      assertThat(String.format("%03d", 7))
          .as("the language has digits of its own")
          .isEqualTo("٠٠٧");
      assertThat(Kinds.number(7)).isEqualTo("000000000007");
    } finally {
      Locale.setDefault(before);
    }
  }
}

package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.coordinator.round.event.Recorded;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;
import org.junit.jupiter.api.Test;

/** The table as a whole: what it says happens, and nothing else does. */
class TransitionsTest {
  private static final String BEGIN = "<!-- transitions: generated -->\n";
  private static final String END = "<!-- end -->";

  private final List<Fold> folds = new ArrayList<>();

  /** Leads a round to a phase. */
  private interface Way {
    void go(Fold fold) throws Refusal;
  }

  private Fold fold(Way way) throws Refusal {
    Fold fold = new Fold(new RoundWorld());
    way.go(fold);
    folds.add(fold);
    return fold;
  }

  private static void tellAll(Fold fold) throws Refusal {
    for (String name : RoundWorld.NAMES) {
      fold.tell(name);
    }
  }

  private static void giveUp(Fold fold) throws Refusal {
    fold.give(new RoundMessage.Refused("m0", "no"));
    fold.give(new RoundMessage.Refused("m1", "no"));
    fold.tick();
  }

  private static void agreeing(Fold fold) throws Refusal {
    fold.applying();
    fold.give(fold.world.applied(fold.round));
  }

  private static void unmasking(Fold fold) throws Refusal {
    fold.certifying();
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m2");
  }

  private static void voided(Fold fold) throws Refusal {
    fold.dispatched();
    giveUp(fold);
    tellAll(fold);
  }

  @Test
  void everyRowIsVisitedAndNoOther() throws Refusal {
    fold(
        whole -> {
          whole.recording();
          whole.give(new RoundMessage.Logged());
        });
    fold(early -> early.upload("m0", "m1", "m2", "m3"));
    fold(
        again -> {
          voided(again);
          again.open(
              again.world.task(
                  1, 1, List.of(again.round.server().nonRevealQuorum().orElseThrow())));
        });
    fold(TransitionsTest::giveUp);
    fold(
        certifying -> {
          certifying.certifying();
          giveUp(certifying);
        });
    List<Way> open =
        List.of(
            dispatching -> {},
            Fold::dispatched,
            Fold::certifying,
            TransitionsTest::unmasking,
            Fold::applying,
            TransitionsTest::agreeing,
            TransitionsTest::giveUp,
            TransitionsTest::voided);
    for (Way way : open) {
      Fold aborted = fold(way);
      aborted.give(new RoundMessage.Abort("told to"));
      assertThat(aborted.round.phase()).isEqualTo(new Closed(false));
    }
    Set<Transitions.Row> visited = new LinkedHashSet<>();
    folds.forEach(fold -> visited.addAll(fold.visited));
    assertThat(visited).containsExactlyInAnyOrderElementsOf(Transitions.TABLE);
  }

  @Test
  void aPhaseAndATurnLeadToOnePhase() {
    Set<String> keys = new HashSet<>();
    Transitions.TABLE.forEach(
        row -> assertThat(keys.add(row.from() + " " + row.turn())).as("%s", row).isTrue());
  }

  /** Of the stored events of another program, or a damaged store. */
  @Test
  void whatHasNoRowIsRefusedByName() throws Refusal {
    Fold fold = fold(Fold::certifying);
    RoundEvent recorded =
        RoundEvent.newBuilder().setRecorded(Recorded.getDefaultInstance()).build();
    assertThatThrownBy(() -> fold.round.apply(recorded, fold.world.epochs(), fold.world.notary))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("RECORDED does not follow CERTIFYING");
  }

  @Test
  void theDocumentShowsThisTable() throws IOException {
    String round = Files.readString(Path.of("../docs/round.md"));
    int begin = round.indexOf(BEGIN) + BEGIN.length();
    assertThat(round.substring(begin, round.indexOf(END, begin)))
        .as("docs/round.md between its markers")
        .isEqualTo(document());
  }

  /** A diagram, then what entering a phase does. */
  private static String document() {
    List<String> lines = new ArrayList<>(List.of("```mermaid", "stateDiagram-v2"));
    for (Transitions.Row row : Transitions.TABLE) {
      String from = row.from().map(RoundPhase::label).orElse("[*]");
      lines.add("  %s --> %s: %s".formatted(from, row.to().label(), row.turn().words));
    }
    lines.addAll(List.of("```", "", "| from | event | to | entering does |", "|---|---|---|---|"));
    for (Transitions.Row row : Transitions.TABLE) {
      String from = row.from().map(RoundPhase::label).orElse("");
      String effects =
          row.entering().stream().map(RoundEffect::name).collect(Collectors.joining(", "));
      lines.add("| %s | %s | %s | %s |".formatted(from, row.turn(), row.to().label(), effects));
    }
    return String.join("\n", lines) + "\n";
  }

  /** What the effects are called in stores that are there. */
  @Test
  void effectsAreStoredUnderTheirNames() {
    for (RoundEffect effect : RoundEffect.values()) {
      assertThat(RoundEffect.of(effect.stored())).isEqualTo(effect);
    }
    assertThatThrownBy(() -> RoundEffect.of("dance"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("unknown effect 'dance'");
    assertThat(Optional.of(RoundEffect.ERASE_UPLOADS.stored())).hasValue("release");
  }
}

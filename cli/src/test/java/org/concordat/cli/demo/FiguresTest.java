package org.concordat.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The demo's figures, from made-up reports and log lines. */
class FiguresTest {
  private static String frozen(int round, String survivors) {
    return "{\"index\":1,\"entry\":{\"type\":\"phase\",\"job\":\"j\",\"round\":%d,\"attempt\":0,\"details\":{\"phase\":\"CERTIFYING\",\"kind\":\"TRAIN\",\"survivors\":\"%s\"}}}\n"
        .formatted(round, survivors);
  }

  private static String committed(int round, String kind) {
    return "{\"index\":2,\"entry\":{\"type\":\"phase\",\"job\":\"j\",\"round\":%d,\"attempt\":0,\"details\":{\"phase\":\"COMMITTED\",\"kind\":\"%s\"}}}\n"
        .formatted(round, kind);
  }

  private static String consent(String member) {
    return "{\"index\":0,\"entry\":{\"type\":\"consent\",\"outcome\":\"allow\",\"actor\":\"%s\",\"details\":{}}}\n"
        .formatted(member);
  }

  @Test
  void droppedAndRejoinedAreReadFromTheLog() throws IOException {
    String log =
        consent("a")
            + consent("b")
            + consent("c")
            + frozen(1, "a,b,c")
            + committed(1, "TRAIN")
            + frozen(2, "a,b")
            + committed(2, "TRAIN")
            + frozen(3, "a,b,c")
            + committed(3, "TRAIN")
            + frozen(4, "a,b,c")
            + committed(4, "EVALUATE");
    assertThat(LogFacts.read(log))
        .isEqualTo(new LogFacts(List.of("a", "b", "c"), 3, List.of("c"), List.of("c")));
  }

  @Test
  void whoStaysAwayHasNotRejoinedAndAnUncommittedRoundDoesNotCount() throws IOException {
    String log =
        consent("a") + consent("b") + frozen(1, "a") + committed(1, "TRAIN") + frozen(2, "a,b");
    assertThat(LogFacts.read(log))
        .isEqualTo(new LogFacts(List.of("a", "b"), 1, List.of("b"), List.of()));
  }

  @Test
  void meansAreOverSitesAndForLocalModelsOverAllPairs() {
    Scores scores =
        new Scores(
            Map.of(
                "x", Map.of("alone-x", 10L, "alone-y", 5L, "federated", 10L, "pooled", 9L),
                "y", Map.of("alone-x", 0L, "alone-y", 2L, "federated", 1L, "pooled", 2L)),
            Map.of("x", 10L, "y", 2L));
    assertThat(scores.mean("federated")).isCloseTo((1.0 + .5) / 2, within(1e-12));
    assertThat(scores.mean("pooled")).isCloseTo((.9 + 1) / 2, within(1e-12));
    assertThat(scores.localMean()).isCloseTo((1.0 + .5 + 0 + 1) / 4, within(1e-12));
  }
}

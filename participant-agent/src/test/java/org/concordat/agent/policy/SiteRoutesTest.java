package org.concordat.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import org.concordat.agent.AggregatorComesAndGoes;
import org.concordat.agent.upload.Uploader;
import org.concordat.secureagg.Digest;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signed rosters change while an update waits to be sent. */
class SiteRoutesTest {
  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));

  @Test
  void anUpdateGoesToWhomItsEpochsRosterNamesOrToNobody() throws Exception {
    try (AggregatorComesAndGoes alliance = new AggregatorComesAndGoes(root, clock)) {
      SiteRoutes routes = new SiteRoutes(alliance.rosters, "zurich", false);
      Digest first = alliance.now();
      assertThat(routes.aggregator(first)).isEmpty();

      Digest with = alliance.comes("DE");
      assertThat(routes.aggregator(with).orElseThrow().id().value()).isEqualTo("eu-sum");
      assertRefused(routes, first, "go to the coordinator", "'eu-sum'");

      Digest without = alliance.goes();
      assertRefused(routes, with, "go to 'eu-sum'", "the coordinator");
      assertThat(routes.aggregator(without)).isEmpty();
      assertThat(routes.changed(first)).as("as it was then").isEmpty();
    }
  }

  private static void assertRefused(SiteRoutes routes, Digest roster, String... why) {
    assertThatThrownBy(() -> routes.aggregator(roster))
        .isInstanceOf(Uploader.RefusedException.class)
        .hasMessageContainingAll(why);
    assertThat(routes.changed(roster)).contains(why);
  }
}

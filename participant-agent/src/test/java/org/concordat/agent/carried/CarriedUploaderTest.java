package org.concordat.agent.carried;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.concordat.agent.AggregatorComesAndGoes;
import org.concordat.agent.Founded;
import org.concordat.agent.policy.SiteRoutes;
import org.concordat.agent.upload.Uploader;
import org.concordat.protocol.v1.BundleItem;
import org.concordat.secureagg.Digest;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An air-gapped site in a jurisdiction with an aggregator. */
class CarriedUploaderTest {
  private static final byte[] VECTOR = new byte[100];
  private static final byte[] COMMITMENT = {1, 2, 3};

  @TempDir Path root;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T09:00:00Z"));
  private final Outbox outbox = new Outbox(true);

  @Test
  void noFileForTheCoordinatorHasAnUpdateThatIsAnAggregators() throws Exception {
    try (AggregatorComesAndGoes alliance = new AggregatorComesAndGoes(root, clock)) {
      SiteRoutes routes = new SiteRoutes(alliance.rosters, "zurich", true);
      Uploader uploader = new CarriedUploader(outbox, routes);
      assertThat(routes.denial(Founded.MEMBERS)).isEmpty();

      alliance.comes("DE");
      assertThat(routes.denial(Founded.MEMBERS)).contains("eu-sum", "none from files");
      assertThat(new SiteRoutes(alliance.rosters, "zurich", false).denial(Founded.MEMBERS))
          .as("the same with a line")
          .isEmpty();
      assertThatThrownBy(() -> send(uploader, alliance.now()))
          .isInstanceOf(Uploader.RefusedException.class)
          .hasMessageContaining("eu-sum");
      assertThat(outbox.forBundle(1)).noneMatch(BundleItem::hasUpload);

      alliance.goes();
      assertThat(send(uploader, alliance.now())).isTrue();
      assertThat(outbox.forBundle(2)).anyMatch(BundleItem::hasUpload);
    }
  }

  private static boolean send(Uploader uploader, Digest roster) throws Exception {
    return uploader.send(VECTOR, COMMITMENT, roster, new CompletableFuture<>());
  }
}

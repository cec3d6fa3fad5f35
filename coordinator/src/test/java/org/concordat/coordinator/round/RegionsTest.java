package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.junit.jupiter.api.Test;

class RegionsTest {
  private static final Regions REGIONS =
      new Regions(
          Map.of(
              "a", "us-sum", "b", "us-sum", "c", "us-sum", "d", "eu-sum", "e", "eu-sum", "f",
              "eu-sum"));

  @Test
  void aRegionWithFewerThanThreeIsTooFewWhollyAndWhoHasNoneNever() {
    assertThat(REGIONS.tooFew(Set.of("a", "b", "c", "d", "e", "x"))).containsExactly("d", "e");
    assertThat(REGIONS.tooFew(Set.of("a", "b", "c", "d", "e", "f"))).isEmpty();
    assertThat(REGIONS.tooFew(Set.of("a", "x"))).containsExactly("a");
    assertThat(Regions.NONE.tooFew(Set.of("a"))).isEmpty();
  }

  @Test
  void onlyRegionsThatSurvivedAreWaitedForAndEachOnce() {
    List<String> survivors = List.of("a", "b", "c", "x");
    assertThat(REGIONS.missing(survivors)).containsExactly("us-sum");
    Regions here =
        REGIONS.with(
            "us-sum",
            new Regions.Partial(
                Digest.sha256("root".getBytes(StandardCharsets.UTF_8)), Bytes.of(new byte[1])));
    assertThat(here.missing(survivors)).isEmpty();
    assertThat(REGIONS.missing(survivors)).as("immutable").containsExactly("us-sum");
    assertThat(here.members("us-sum", survivors)).containsExactly("a", "b", "c");
    assertThat(here.aggregatorOf("x")).isEqualTo(Optional.empty());
  }
}

package org.concordat.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** What is timed must be right, or it is no benchmark. */
class WorldTest {
  @Test
  void securedAndPlainRoundsGiveTheSameMeanAgainAndAgain() throws Exception {
    double[] update = Vectors.update(5000, 3);
    try (SimWorld world = new SimWorld(4).runEpoch()) {
      Rounds rounds = new Rounds(world, 2);
      double step = world.quantisation().step() * 100 / 30;
      for (int round = 0; round < 2; round++) {
        double[] mean = rounds.run(update);
        assertThat(mean).hasSize(5000);
        for (int i = 0; i < mean.length; i++) {
          assertThat(mean[i]).isCloseTo(update[i], within(step));
        }
      }
      assertThat(rounds.bytesUpAMember).isGreaterThan(3 * 5001).isLessThan(3 * 5001 + 5000);
      double[] plain = Rounds.unprotected(world, update);
      assertThat(plain[17]).isCloseTo(update[17], within(1e-6));
    }
  }

  @Test
  void uploadOverheadDoesNotGrowWithTheVectorButForItsParts() {
    assertThat(UploadBench.overheadBytes(3_000_003)).isBetween(200L, 900L);
    assertThat(UploadBench.streamBytes(1_000_000, 24)).isLessThan(3_001_000);
  }
}

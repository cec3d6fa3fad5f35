package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.Quantiser;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;

class RoundTest {
  @Test
  void wholeRoundsWithDropsBeforeAndAfterTheUpload() throws Refusal {
    World world = new World(6, 1, 1);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 0, 1000, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of(5));
    round = world.finish(round, Set.of(0, 5), World.digest("s0"));
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    assertThat(round.survivors()).hasSize(5).doesNotContain("member-005");

    // who was away takes the checkpoint, and everyone takes part in the next round
    round = world.flight(round, Set.of());
    assertThat(world.site(5).noticed(Notice.StateAdopted.class)).hasSize(1);
    Task second = world.task(1, 0, 1, 1000, World.digest("s0"), List.of());
    round = world.flight(world.startRound(second), Set.of());
    round = world.finish(round, Set.of(), World.digest("s1"));
    assertThat(round.survivors()).hasSize(6);
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
  }

  @Test
  void theSumIsTheWeightedMeanOfTheSurvivors() throws Refusal {
    World world = new World(4, 0, 2);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 7, 500, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of(2));
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    round = world.flight(round, Set.of());
    int[] sum = world.sum(round);
    double[] expected = new double[500];
    double total = 0;
    for (int i : List.of(0, 1, 3)) {
      String name = world.cohort.members().get(i);
      double weight = world.weight(name);
      double[] clipped =
          new Quantiser(task.quantisation(), 4).clip(world.update(name, task), weight).values();
      for (int k = 0; k < 500; k++) {
        expected[k] += weight * clipped[k];
      }
      total += weight;
    }
    for (int k = 0; k < 500; k++) {
      expected[k] /= total;
    }
    var mean = new Quantiser(task.quantisation(), 4).mean(sum);
    assertThat(mean.totalWeight()).isCloseTo(total, org.assertj.core.data.Offset.offset(0.05));
    // three members, each rounded by at most one step at weight 100 of 7
    assertThat(World.maxError(mean.mean(), expected))
        .isLessThan(3 * task.quantisation().step() * 100 / total);
    assertThat(MerkleRoot.ofWords(sum)).isNotEqualTo(MerkleRoot.ofWords(new int[501]));
  }
}

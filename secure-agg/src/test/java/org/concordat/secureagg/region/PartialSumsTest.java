package org.concordat.secureagg.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Eight members in two regions, one dropped; three leaves. */
class PartialSumsTest {
  private static final int LENGTH = 2 * MerkleRoot.LEAF_ELEMENTS + 9;
  private static final List<Integer> EAST = List.of(0, 1, 2, 3);
  private static final List<Integer> WEST = List.of(4, 5, 7);

  private World world;
  private Task task;
  private Survivors survivors;
  private int[] sum;
  private VerifiedRound verified;
  private RoundServer open;
  private final Map<String, byte[]> wires = new HashMap<>();
  private PartialSum east;
  private PartialSum west;

  @BeforeEach
  void releaseARound() throws Refusal {
    world = new World(8, 0, 21);
    world.runEpoch(1, Set.of());
    task = world.task(0, 0, 1, LENGTH, World.INITIAL, List.of());
    Set<Integer> away = Set.of(6);
    RoundServer round = world.flight(world.startRound(task), away).freezeSurvivors();
    open = world.flight(world.flight(round, away).chooseCertificate(), away);
    sum = world.sum(open);
    RoundRecord record =
        open.result(MerkleRoot.ofWords(sum), World.digest("next")).record().orElseThrow();
    verified = VerifiedRound.of(record, new TestNotary("member-000"));
    survivors =
        Survivors.decode(
            org.concordat.secureagg.message.Certificate.decode(record.certificate().toArray())
                .survivors()
                .toArray());
    wires.putAll(world.wires);
    east = partial("east", EAST);
    west = partial("west", WEST);
  }

  private PartialSum partial(String region, List<Integer> members) {
    Accumulator sum = new Accumulator(task.quantisation().wireBits(), 0, task.elements());
    members.forEach(i -> sum.fold(0, wires.get(name(i)), 0, task.elements()));
    wires.put(region, PartialSums.pack(task, sum.sum()));
    Digest root = MerkleRoot.of(wires.get(region), task.quantisation().wireBytes());
    return new PartialSum(region, task.ref(), survivors.digest(), members, root, task.wireBytes());
  }

  private String name(int index) {
    return world.cohort.members().get(index);
  }

  private LeafProof leaf(String of, int leaf) {
    byte[] wire = wires.get(of);
    int width = task.quantisation().wireBytes();
    List<Digest> hashes = new ArrayList<>();
    byte[] wanted = new byte[0];
    for (int i = 0; i < 3; i++) {
      int from = i * MerkleRoot.LEAF_ELEMENTS * width;
      int to = from + MerkleTree.leafElements(task.elements(), i) * width;
      byte[] bytes = java.util.Arrays.copyOfRange(wire, from, to);
      hashes.add(MerkleTree.leafHash(bytes));
      wanted = i == leaf ? bytes : wanted;
    }
    return new LeafProof(Bytes.of(wanted), MerkleTree.of(hashes).path(leaf));
  }

  private Map<String, LeafProof> leaves(List<Integer> members, int leaf) {
    Map<String, LeafProof> leaves = new HashMap<>();
    members.forEach(i -> leaves.put(name(i), leaf(name(i), leaf)));
    return leaves;
  }

  private static Refusal refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).isNotNull();
    return refusal;
  }

  @Test
  void twoLevelsGiveTheSameSumAsOne() throws Refusal {
    PartialSums.requireCover(task, survivors, List.of(east, west), World.COORDINATOR);
    int bits = task.quantisation().wireBits();
    Accumulator total = new Accumulator(bits, 0, task.elements());
    total.fold(0, wires.get("east"), 0, task.elements());
    total.fold(0, wires.get("west"), 0, task.elements());
    Unmasker.unmask(bits, total.sum(), 0, open.unmaskingInput(), 1);
    assertThat(total.sum()).isEqualTo(sum);
  }

  @Test
  void leavesAreCheckedInsideARegionAndAcrossRegions() throws Refusal {
    for (int leaf = 0; leaf < 3; leaf++) {
      PartialSums.checkLeaf(
          task,
          survivors,
          west,
          world.cohort.members(),
          leaf,
          leaves(WEST, leaf),
          leaf("west", leaf));
      Map<String, LeafProof> partials =
          Map.of("east", leaf("east", leaf), "west", leaf("west", leaf));
      verified.checkLeaf(leaf, sum, PartialSums.roots(List.of(east, west)), partials);
    }
  }

  @Test
  void aRegionThatAddsSomethingElseIsNamed() {
    wires.get("west")[5] ^= 1;
    PartialSum lying =
        new PartialSum(
            "west",
            task.ref(),
            survivors.digest(),
            WEST,
            MerkleRoot.of(wires.get("west"), task.quantisation().wireBytes()),
            task.wireBytes());
    Refusal inside =
        refusal(
            () ->
                PartialSums.checkLeaf(
                    task,
                    survivors,
                    lying,
                    world.cohort.members(),
                    0,
                    leaves(WEST, 0),
                    leaf("west", 0)));
    assertThat(inside.reason()).isEqualTo(Reason.SUM_MISMATCH);
    assertThat(inside.culprit()).isEqualTo("west");
    Refusal withheld =
        refusal(
            () ->
                PartialSums.checkLeaf(
                    task,
                    survivors,
                    lying,
                    world.cohort.members(),
                    0,
                    leaves(List.of(4, 5), 0),
                    leaf("west", 0)));
    assertThat(withheld.reason()).isEqualTo(Reason.LEAF_WITHHELD);
    assertThat(withheld.culprit()).isEqualTo("west");
    Refusal outside =
        refusal(
            () ->
                verified.checkLeaf(
                    0,
                    sum,
                    PartialSums.roots(List.of(east, lying)),
                    Map.of("east", leaf("east", 0), "west", leaf("west", 0))));
    assertThat(outside.reason()).isEqualTo(Reason.SUM_MISMATCH);
  }

  @Test
  void overlapsGapsStrangersAndOtherTasksAreRefusedAndNamed() {
    assertCover(List.of(east), Reason.SUM_MISMATCH, World.COORDINATOR);
    assertCover(List.of(east, west, west), Reason.CONFLICTING_MESSAGE, "west");
    assertCover(
        List.of(east, west, partial("south", List.of(3, 4, 5))), Reason.SUM_MISMATCH, "south");
    PartialSum stranger =
        new PartialSum(
            "west",
            task.ref(),
            survivors.digest(),
            List.of(4, 5, 6, 7),
            west.root(),
            task.wireBytes());
    assertCover(List.of(east, stranger), Reason.NOT_IN_SURVIVORS, "west");
    PartialSum otherTask =
        new PartialSum(
            "west",
            new TokenRef(
                task.job(),
                task.round(),
                task.attempt(),
                task.epoch(),
                task.token(),
                World.digest("task")),
            survivors.digest(),
            WEST,
            west.root(),
            task.wireBytes());
    assertCover(List.of(east, otherTask), Reason.MISBOUND, "west");
    PartialSum otherSet =
        new PartialSum(
            "west", task.ref(), World.digest("set"), WEST, west.root(), task.wireBytes());
    assertCover(List.of(east, otherSet), Reason.MISBOUND, "west");
  }

  private void assertCover(List<PartialSum> partials, Reason reason, String culprit) {
    Refusal refusal =
        refusal(() -> PartialSums.requireCover(task, survivors, partials, World.COORDINATOR));
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.culprit()).isEqualTo(culprit);
  }

  @Test
  void aRegionHasAtLeastThreeSurvivorsAndSignsInItsOwnName() throws Refusal {
    assertThatThrownBy(() -> partial("tiny", List.of(0, 1)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("tiny")
        .hasMessageContaining("at least 3");
    assertThatThrownBy(() -> partial("disorder", List.of(1, 0, 2)))
        .isInstanceOf(MalformedMessageException.class);
    byte[] sealed = west.seal(new TestNotary("west"));
    assertThat(PartialSum.open(new TestNotary("x"), sealed)).isEqualTo(west);
    byte[] stolen = west.seal(new TestNotary("east"));
    Refusal refusal = refusal(() -> PartialSum.open(new TestNotary("x"), stolen));
    assertThat(refusal.reason()).isEqualTo(Reason.MISBOUND);
    assertThat(refusal.culprit()).isEqualTo("east");
    byte[] other = new TestNotary("west").seal("secagg.task.v1", 0, 0, west.encode());
    assertThat(refusal(() -> PartialSum.open(new TestNotary("x"), other)).reason())
        .isEqualTo(Reason.UNEXPECTED_MESSAGE);
    byte[] cut = new TestNotary("west").seal(PartialSum.TYPE, 0, 0, new byte[] {0, 1});
    assertThat(refusal(() -> PartialSum.open(new TestNotary("x"), cut)).reason())
        .isEqualTo(Reason.MALFORMED);
    assertThat(refusal(() -> PartialSum.open(new TestNotary("x"), new byte[3])).reason())
        .isEqualTo(Reason.BAD_ENVELOPE);
  }
}

package org.concordat.secureagg.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.kernel.MerkleTree;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice.ResultReady;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Five members, one of them dropped before uploading, three leaves. */
class VerifiedRoundTest {
  private static final int LENGTH = 2 * MerkleRoot.LEAF_ELEMENTS + 100;
  private static final Set<Integer> AWAY = Set.of(2);

  private World world;
  private Task task;
  private int[] sum;
  private RoundRecord record;

  @BeforeEach
  void releaseARound() throws Refusal {
    world = new World(5, 0, 7);
    world.runEpoch(1, Set.of());
    task = world.task(0, 0, 3, LENGTH, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), AWAY);
    assertThat(round.record()).isEmpty();
    RoundServer open =
        world.flight(world.flight(round.freezeSurvivors(), AWAY).chooseCertificate(), AWAY);
    sum = world.sum(open);
    record = open.result(MerkleRoot.ofWords(sum), World.digest("next")).record().orElseThrow();
  }

  private VerifiedRound verified(RoundRecord of) throws Refusal {
    return VerifiedRound.of(of, new TestNotary("auditor"));
  }

  private Map<String, LeafProof> leaves(int leaf) {
    return leaves(leaf, List.of("member-000", "member-001", "member-003", "member-004"));
  }

  private Map<String, LeafProof> leaves(int leaf, Collection<String> survivors) {
    Map<String, LeafProof> leaves = new HashMap<>();
    for (String survivor : survivors) {
      byte[] wire = world.wires.get(survivor);
      int width = task.quantisation().wireBytes();
      List<Digest> hashes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        hashes.add(MerkleTree.leafHash(slice(wire, i, width)));
      }
      leaves.put(
          survivor,
          new LeafProof(Bytes.of(slice(wire, leaf, width)), MerkleTree.of(hashes).path(leaf)));
    }
    return leaves;
  }

  private byte[] slice(byte[] wire, int leaf, int width) {
    int from = leaf * MerkleRoot.LEAF_ELEMENTS * width;
    int to = from + MerkleTree.leafElements(task.elements(), leaf) * width;
    return java.util.Arrays.copyOfRange(wire, from, to);
  }

  private static Refusal refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(Refusal.class, call);
  }

  private static void assertBlames(Refusal refusal, Reason reason) {
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
    assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR);
  }

  @Test
  void aFullReplayOfAnHonestRoundPasses() throws Refusal {
    VerifiedRound round = verified(RoundRecord.decode(record.encode()));
    assertThat(round.leafCount()).isEqualTo(3);
    assertThat(round.uploads()).hasSize(4).doesNotContainKey("member-002");
    round.checkSum(sum);
    for (int leaf = 0; leaf < 3; leaf++) {
      round.checkLeaf(leaf, sum, leaves(leaf));
    }
  }

  @Test
  void whereNobodyDroppedAMemberChecksLeavesWithoutTheRecord() throws Refusal {
    Digest next = World.digest("next");
    world = new World(5, 0, 8);
    world.runEpoch(1, Set.of());
    task = world.task(0, 0, 3, LENGTH, World.INITIAL, List.of());
    RoundServer ended =
        world.finish(world.flight(world.startRound(task), Set.of()), Set.of(), next);
    int[] released = world.sum(ended);
    ResultReady ready = world.site(2).noticed(ResultReady.class).get(0);
    VerifiedRound own = ready.checked().orElseThrow();
    VerifiedRound fromRecord = verified(ended.record().orElseThrow());
    assertThat(own.uploads()).hasSize(5).isEqualTo(fromRecord.uploads());
    assertThat(own.result()).isEqualTo(fromRecord.result());
    int[] lie = released.clone();
    lie[3]++;
    for (int leaf = 0; leaf < 3; leaf++) {
      own.checkLeaf(leaf, released, leaves(leaf, own.uploads().keySet()));
    }
    assertBlames(
        refusal(() -> own.checkLeaf(0, lie, leaves(0, own.uploads().keySet()))),
        Reason.SUM_MISMATCH);
  }

  @Test
  void whereSomebodyDroppedTheRecordIsNeeded() throws Refusal {
    world = new World(5, 0, 9);
    world.runEpoch(1, Set.of());
    task = world.task(0, 0, 3, LENGTH, World.INITIAL, List.of());
    world.finish(world.flight(world.startRound(task), AWAY), AWAY, World.digest("next"));
    assertThat(world.site(0).noticed(ResultReady.class).get(0).checked()).isEmpty();
  }

  @Test
  void anAlteredSumWithItsOwnRootIsFoundByTheLeafThatHoldsIt() throws Refusal {
    int[] lie = sum.clone();
    lie[MerkleRoot.LEAF_ELEMENTS + 5] += 1;
    Result result = Result.decode(record.result().toArray());
    Result lying =
        new Result(
            result.task(),
            result.survivorsDigest(),
            MerkleRoot.ofWords(lie),
            result.selfSeeds(),
            result.usedShares(),
            result.nextStateDigest());
    VerifiedRound round = verified(with(lying));
    round.checkSum(lie);
    round.checkLeaf(0, lie, leaves(0));
    round.checkLeaf(2, lie, leaves(2));
    assertBlames(refusal(() -> round.checkLeaf(1, lie, leaves(1))), Reason.SUM_MISMATCH);
    assertBlames(refusal(() -> round.checkSum(sum)), Reason.SUM_MISMATCH);
    assertBlames(
        refusal(() -> round.checkSum(java.util.Arrays.copyOf(lie, 7))), Reason.SUM_MISMATCH);
  }

  @Test
  void aWithheldAnAlteredAndAMisplacedLeafAreRefused() throws Refusal {
    VerifiedRound round = verified(record);
    Map<String, LeafProof> withheld = leaves(0);
    withheld.remove("member-003");
    assertBlames(refusal(() -> round.checkLeaf(0, sum, withheld)), Reason.LEAF_WITHHELD);

    Map<String, LeafProof> altered = leaves(0);
    LeafProof honest = altered.get("member-001");
    byte[] wire = honest.wire().toArray();
    wire[17] ^= 4;
    altered.put("member-001", new LeafProof(Bytes.of(wire), honest.path()));
    Refusal wrong = refusal(() -> round.checkLeaf(0, sum, altered));
    assertBlames(wrong, Reason.WRONG_ROOT);
    assertThat(wrong).hasMessageContaining("member-001");

    assertBlames(refusal(() -> round.checkLeaf(1, sum, leaves(0))), Reason.WRONG_ROOT);
  }

  @Test
  void falseSeedsAndFalsePairSecretsAreRefused() {
    Result result = Result.decode(record.result().toArray());
    List<Bytes> seeds = new ArrayList<>(result.selfSeeds());
    seeds.set(1, seeds.get(0));
    Result lying =
        new Result(
            result.task(),
            result.survivorsDigest(),
            result.sumRoot(),
            seeds,
            result.usedShares(),
            result.nextStateDigest());
    assertBlames(refusal(() -> verified(with(lying))), Reason.BAD_SEED);
    Result fewer =
        new Result(
            result.task(),
            result.survivorsDigest(),
            result.sumRoot(),
            seeds.subList(0, 3),
            result.usedShares(),
            result.nextStateDigest());
    assertBlames(refusal(() -> verified(with(fewer))), Reason.BAD_SEED);

    RoundRecord.Dropped dropped = record.dropped().get(0);
    List<RoundRecord.Pair> pairs = new ArrayList<>(dropped.pairs());
    pairs.set(0, new RoundRecord.Pair(pairs.get(1).secret(), pairs.get(0).section()));
    assertBlames(
        refusal(
            () -> verified(withDropped(new RoundRecord.Dropped(2, dropped.sealedHeader(), pairs)))),
        Reason.COMMITMENT_MISMATCH);
    pairs.set(0, pairs.get(1));
    assertBlames(
        refusal(
            () -> verified(withDropped(new RoundRecord.Dropped(2, dropped.sealedHeader(), pairs)))),
        Reason.COMMITMENT_MISMATCH);
    assertBlames(
        refusal(
            () ->
                verified(
                    withDropped(
                        new RoundRecord.Dropped(
                            2, dropped.sealedHeader(), dropped.pairs().subList(0, 2))))),
        Reason.BAD_SECTION);
    assertBlames(
        refusal(
            () ->
                verified(
                    new RoundRecord(
                        record.manifestCertificate(),
                        record.certificate(),
                        record.result(),
                        record.survivors(),
                        List.of()))),
        Reason.BAD_SECTION);
  }

  @Test
  void aResultOfAnotherTaskOrSurvivorSetIsRefused() {
    Result result = Result.decode(record.result().toArray());
    Task other = world.task(1, 0, 4, LENGTH, World.INITIAL, List.of());
    assertBlames(
        refusal(
            () ->
                verified(
                    with(
                        new Result(
                            Bytes.of(other.core()),
                            result.survivorsDigest(),
                            result.sumRoot(),
                            result.selfSeeds(),
                            result.usedShares(),
                            result.nextStateDigest())))),
        Reason.MISBOUND);
    assertBlames(
        refusal(
            () ->
                verified(
                    with(
                        new Result(
                            result.task(),
                            World.digest("other survivors"),
                            result.sumRoot(),
                            result.selfSeeds(),
                            result.usedShares(),
                            result.nextStateDigest())))),
        Reason.MISBOUND);
  }

  @Test
  void everyAlteredByteOfARecordIsNoticedByTheRecordsOwnChecks() {
    byte[] honest = record.encode();
    Random random = new Random(11);
    int unnoticed = 0;
    for (int i = 0; i < 400; i++) {
      byte[] altered = honest.clone();
      altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        VerifiedRound round = verified(RoundRecord.decode(altered));
        round.checkSum(sum);
        unnoticed++;
      } catch (Refusal | IllegalArgumentException expected) {
        assertThat(expected).hasMessageNotContaining("null");
      }
    }
    // what the result carries beside the sum (the next state, the shares used) is the members' to
    // check, and signed over by T of them in the checkpoint
    assertThat(unnoticed).isLessThan(4);
  }

  private RoundRecord with(Result result) {
    return new RoundRecord(
        record.manifestCertificate(),
        record.certificate(),
        Bytes.of(result.encode()),
        record.survivors(),
        record.dropped());
  }

  private RoundRecord withDropped(RoundRecord.Dropped dropped) {
    return new RoundRecord(
        record.manifestCertificate(),
        record.certificate(),
        record.result(),
        record.survivors(),
        List.of(dropped));
  }

  /** What passed a full replay by everybody before: the certificate names roots nobody signed. */
  @Test
  void aReplacedRootInTheRecordIsFound() throws Refusal {
    Certificate honest = Certificate.decode(record.certificate().toArray());
    List<Bytes> others = new ArrayList<>(honest.commitments());
    Collections.swap(others, 0, 1);
    for (List<Bytes> commitments : List.of(others, List.<Bytes>of())) {
      Certificate lie =
          new Certificate(honest.ref(), honest.survivors(), honest.signatures(), commitments);
      RoundRecord forged =
          new RoundRecord(
              record.manifestCertificate(),
              Bytes.of(lie.encode()),
              record.result(),
              record.survivors(),
              record.dropped());
      assertBlames(refusal(() -> verified(forged)), Reason.WRONG_ROOT);
    }
  }
}

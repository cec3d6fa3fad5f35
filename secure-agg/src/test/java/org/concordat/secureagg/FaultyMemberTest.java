package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.RoundBlame;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.Test;

/**
 * Members that lie in their deposits or reveals: noticed where the protocol says, and the right one
 * named.
 */
class FaultyMemberTest {
  static final int LIAR = 1;

  /**
   * Runs an epoch in which the liar's deposit is changed and signed again; as far as the
   * signatures.
   */
  private static World epochWith(long seed, UnaryOperator<Parcel> change) throws Refusal {
    World world = new World(4, 0, seed);
    world.epoch = EpochServer.start(world.cohort, 1, null, world.notary);
    while (world.epoch.phase() != EpochServer.Phase.DEPOSITS) {
      world.exchange(Set.of());
    }
    for (Site site : world.sites.values()) {
      for (byte[] message : world.epoch.outgoing(site.name)) {
        for (byte[] answer : site.handle(message)) {
          byte[] sent = site == world.site(LIAR) ? forge(world, site, answer, change) : answer;
          world.epoch = world.epoch.accept(sent);
        }
      }
    }
    return world;
  }

  private static byte[] forge(World world, Site liar, byte[] sealed, UnaryOperator<Parcel> change)
      throws Refusal {
    TestNotary notary = new TestNotary(liar.name);
    Parcel honest = (Parcel) Inbox.open(world.notary, sealed).message();
    SectionHeader header =
        (SectionHeader) Inbox.open(world.notary, honest.sealedHeader().toArray()).message();
    Parcel changed = change.apply(honest);
    SectionHeader signed =
        new SectionHeader(
            1,
            header.kind(),
            header.context(),
            changed.common().sha256(),
            changed.recovery().sha256(),
            changed.sections().stream().map(Bytes::sha256).toList());
    liar.disk.put("forming/own-deposit-digest", signed.digest().bytes());
    liar.restart();
    Parcel forged =
        new Parcel(
            1,
            Inbox.seal(notary, signed),
            changed.common(),
            changed.recovery(),
            changed.sections());
    return Inbox.seal(notary, forged).toArray();
  }

  private static Bytes flip(Bytes bytes, int at) {
    byte[] copy = bytes.toArray();
    copy[at] ^= 1;
    return Bytes.of(copy);
  }

  private static Parcel section(Parcel p, int recipient, int at) {
    List<Bytes> sections = new ArrayList<>(p.sections());
    sections.set(recipient, flip(sections.get(recipient), at));
    return new Parcel(1, p.sealedHeader(), p.common(), p.recovery(), sections);
  }

  @Test
  void sectionsThatAreNotTheSignedOnes() throws Refusal {
    World world = new World(4, 0, 34);
    world.epoch = EpochServer.start(world.cohort, 1, null, world.notary);
    while (world.epoch.phase() != EpochServer.Phase.DEPOSITS) {
      world.exchange(Set.of());
    }
    Site site = world.site(LIAR);
    byte[] sealed = site.handle(world.epoch.outgoing(site.name).get(0)).get(0);
    Parcel honest = (Parcel) Inbox.open(world.notary, sealed).message();
    for (Parcel bad :
        List.of(
            section(honest, 2, 1),
            new Parcel(
                1,
                honest.sealedHeader(),
                flip(honest.common(), 0),
                honest.recovery(),
                honest.sections()),
            new Parcel(
                1,
                honest.sealedHeader(),
                honest.common(),
                flip(honest.recovery(), 0),
                honest.sections()),
            new Parcel(
                1,
                honest.sealedHeader(),
                honest.common(),
                honest.recovery(),
                honest.sections().subList(0, 3)))) {
      Refusal refusal =
          Assertions.catchThrowableOfType(
              Refusal.class,
              () -> world.epoch.accept(Inbox.seal(new TestNotary(site.name), bad).toArray()));
      assertThat(refusal.reason()).isEqualTo(Reason.BAD_SECTION);
      assertThat(refusal.culprit()).isEqualTo(site.name);
    }
  }

  private static void certify(World world) throws Refusal {
    while (world.epoch.phase() != EpochServer.Phase.CERTIFIED) {
      world.exchange(Set.of());
    }
    world.exchange(Set.of());
    world.lastManifest = world.epoch.manifest().orElseThrow();
  }

  /** An epoch in force in which the liar's W of token 0 does not open. */
  static World withForgedRecovery(long seed) throws Refusal {
    World world =
        epochWith(
            seed,
            p -> new Parcel(1, p.sealedHeader(), p.common(), flip(p.recovery(), 3), p.sections()));
    certify(world);
    return world;
  }

  @Test
  void forgedRecoveryRecordOfADroppedMember() throws Refusal {
    World world = withForgedRecovery(35);
    Task task = world.task(0, 0, 0, 30, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of(LIAR));
    round = world.flight(round.freezeSurvivors(), Set.of(LIAR)).chooseCertificate();
    round = world.flight(round, Set.of(LIAR));
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.UNMASKING);
    assertThat(round.badRecovery()).containsExactly(world.site(LIAR).name);
    assertThat(round.waiting().missing()).hasSize(3);
    assertThat(round.evidence()).hasSize(1);
    assertVerdict(world, round.evidence().get(0), Reason.BAD_RECOVERY);
    assertRevealerOfAWrongPairSecretIsNamed(world, round);
    round = world.flight(round, Set.of());
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.APPLYING);
    assertSmallSum(world.sum(round), task);
    // tokens whose record is good are opened as usual
    Task other = world.task(0, 0, 1, 30, World.INITIAL, List.of());
    assertThat(other.token()).isEqualTo(1);
  }

  /** A third party, which has the roster only, comes to the same verdict. */
  private static void assertVerdict(World world, RoundEvidence evidence, Reason reason)
      throws Refusal {
    Verdict verdict = RoundBlame.judge(new TestNotary("somebody-else"), evidence).orElseThrow();
    assertThat(verdict.liar()).isEqualTo(world.site(LIAR).name);
    assertThat(verdict.reason()).isEqualTo(reason);
    assertThat(verdict.evidence()).isNotEmpty();
  }

  /** Every other piece: refused as made up, no verdict, or still the liar; never somebody else. */
  private static void assertMadeUpEvidenceProvesNothing(World world, RoundEvidence evidence) {
    String liar = world.site(LIAR).name;
    for (Object changed : Mutations.of(without(evidence, Map.of()))) {
      RoundEvidence other = without((RoundEvidence) changed, evidence.sections());
      try {
        RoundBlame.judge(world.notary, other)
            .ifPresent(verdict -> assertThat(verdict.liar()).isEqualTo(liar));
      } catch (Refusal madeUp) {
        assertThat(world.sites.keySet()).doesNotContain(madeUp.culprit());
      }
    }
  }

  private static RoundEvidence without(RoundEvidence e, Map<Integer, Bytes> sections) {
    return new RoundEvidence(
        e.epoch(),
        e.manifestCertificate(),
        e.survivors(),
        e.dealer(),
        e.deposit(),
        e.common(),
        e.recovery(),
        new TreeMap<>(sections),
        e.reveals());
  }

  private static void assertRevealerOfAWrongPairSecretIsNamed(World world, RoundServer round)
      throws Refusal {
    Site survivor = world.site(0);
    PairReveal wrong = new PairReveal(round.task().ref(), LIAR, Bytes.of(new byte[32]));
    byte[] sealed = Inbox.seal(new TestNotary(survivor.name), wrong).toArray();
    Refusal refusal = Assertions.catchThrowableOfType(Refusal.class, () -> round.accept(sealed));
    assertThat(refusal.culprit()).isEqualTo(survivor.name);
    Verdict verdict =
        RoundBlame.judge(world.notary, round.evidence(sealed).orElseThrow()).orElseThrow();
    assertThat(verdict.liar()).isEqualTo(survivor.name);
    assertThat(verdict.reason()).isEqualTo(Reason.COMMITMENT_MISMATCH);
  }

  /**
   * Unmasked words of three members with b = 16, q = 8 lie within ± 3 · 127; masked ones nearly
   * never do.
   */
  private static void assertSmallSum(int[] sum, Task task) {
    for (int i = 0; i < task.vectorLength(); i++) {
      assertThat(Math.abs(sum[i])).isLessThanOrEqualTo(4 * 127);
    }
  }

  @Test
  void aDealerWhoseSeedContradictsItsHash() throws Refusal {
    World world =
        epochWith(
            36,
            p -> new Parcel(1, p.sealedHeader(), flip(p.common(), 0), p.recovery(), p.sections()));
    certify(world);
    Task task = world.task(0, 0, 0, 30, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of());
    round = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    RoundServer opened = world.flight(round, Set.of());
    Refusal refusal = Assertions.catchThrowableOfType(Refusal.class, opened::unmaskingInput);
    assertThat(refusal.reason()).isEqualTo(Reason.BAD_DEALER);
    assertThat(refusal.culprit()).isEqualTo(world.site(LIAR).name);
    assertThat(opened.badDealer()).contains(world.site(LIAR).name);
    assertThat(opened.evidence()).hasSize(1);
    assertVerdict(world, opened.evidence().get(0), Reason.BAD_DEALER);
    assertMadeUpEvidenceProvesNothing(world, opened.evidence().get(0));
    Assertions.assertThatThrownBy(() -> opened.result(World.digest("r"), World.digest("n")))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void aBadShareIsDiscardedAndOthersAreUsed() throws Refusal {
    World world = new World(4, 0, 37);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 0, 30, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of());
    RoundServer chosen = world.flight(round.freezeSurvivors(), Set.of()).chooseCertificate();
    Site liar = world.site(LIAR);
    byte[] honest = liar.handle(chosen.outgoing(liar.name).get(0)).get(0);
    Reveal reveal = (Reveal) Inbox.open(world.notary, honest).message();
    List<Bytes> shares = new ArrayList<>(reveal.shares());
    shares.set(2, flip(shares.get(2), 20));
    byte[] bad =
        Inbox.seal(
                new TestNotary(liar.name),
                new Reveal(reveal.ref(), reveal.survivorsDigest(), shares))
            .toArray();
    Refusal refusal = Assertions.catchThrowableOfType(Refusal.class, () -> chosen.accept(bad));
    assertThat(refusal.reason()).isEqualTo(Reason.BAD_SHARE);
    assertThat(refusal.culprit()).isEqualTo(liar.name);
    assertVerdict(world, chosen.evidence(bad).orElseThrow(), Reason.BAD_SHARE);
    assertThat(chosen.evidence(honest)).isEmpty();
    RoundServer opened = world.flight(chosen, Set.of(LIAR));
    assertThat(opened.phase()).isEqualTo(RoundServer.Phase.APPLYING);
    assertThat(opened.evidence()).isEmpty();
    assertSmallSum(world.sum(opened), task);
  }

  @Test
  void lateUploadsAndStrangersAreNotCounted() throws Refusal {
    World world = new World(4, 0, 38);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 0, 30, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of(3)).freezeSurvivors();
    Site late = world.site(3);
    late.handle(world.seal(task));
    late.apply(m -> m.protect(task.digest(), new double[30], 1));
    Refusal refusal =
        Assertions.catchThrowableOfType(Refusal.class, () -> world.deliver(round, late));
    assertThat(refusal.reason()).isEqualTo(Reason.LATE);
    byte[] stranger =
        new TestNotary("stranger")
            .seal(
                org.concordat.secureagg.message.NonReveal.TYPE,
                0,
                0,
                new org.concordat.secureagg.message.NonReveal(task.ref()).encode());
    Refusal unknown = Assertions.catchThrowableOfType(Refusal.class, () -> round.accept(stranger));
    assertThat(unknown.reason()).isEqualTo(Reason.NOT_A_PARTICIPANT);
    assertThat(round.survivors()).hasSize(3);
  }
}

package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Equivocation;
import org.concordat.secureagg.blame.Judge;
import org.concordat.secureagg.blame.RoundBlame;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TwoStatements;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.Test;

/** Members judge the evidence that they are sent, and a coordinator cannot make any up. */
class JudgingTest {
  private static final int LIAR = 1;
  private static final TestNotary AUDITOR = new TestNotary("an-auditor");

  /** A certified epoch with a deposit of the liar's that it changed and signed again. */
  private static World worldWith(long seed, UnaryOperator<Parcel> change) throws Refusal {
    World world = new World(4, 0, seed);
    EpochDrill drill = new EpochDrill(world);
    Site liar = world.site(LIAR);
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof Parcel parcel && parcel.common().size() > 0
                ? List.of(Liar.resign(liar, Liar.withParts(liar, parcel, change)))
                : List.of(bytes);
    drill.run(world.cohort, 1);
    world.lastManifest = world.epoch.manifest().orElseThrow();
    return world;
  }

  private static RoundServer revealed(World world, Set<Integer> away) throws Refusal {
    Task task = world.task(0, 0, 0, 30, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), away);
    round = world.flight(round.freezeSurvivors(), away).chooseCertificate();
    return world.flight(round, away);
  }

  private static RoundEvidence badSeed(World world) throws Refusal {
    return revealed(world, Set.of()).evidence().get(0);
  }

  private static World badDealer(long seed) throws Refusal {
    return worldWith(
        seed,
        p -> new Parcel(1, p.sealedHeader(), Liar.flip(p.common(), 0), p.recovery(), p.sections()));
  }

  private static Refusal refusal(Site site, byte[] sealed) {
    return Assertions.catchThrowableOfType(Refusal.class, () -> site.handle(sealed));
  }

  private static byte[] startOf(World world, long number) {
    return EpochServer.start(world.cohort, number, world.lastManifest, world.notary)
        .outgoing(world.site(0).name)
        .get(0);
  }

  @Test
  void aMemberThatWasToldRefusesTheLiarUnderThisRosterAlsoAfterARestart() throws Refusal {
    World world = badDealer(301);
    byte[] evidence = world.seal(badSeed(world));
    Site site = world.site(0);
    site.handle(evidence);
    site.handle(evidence);
    assertThat(site.noticed(org.concordat.secureagg.step.Notice.Judged.class))
        .as("one alarm")
        .hasSize(1);
    site.restart();
    Refusal refusal = refusal(site, startOf(world, 2));
    assertThat(refusal.reason()).isEqualTo(Reason.EXCLUDED_MEMBER);
    assertThat(refusal).hasMessageContaining(world.site(LIAR).name);
    // the number was not begun: a start without the liar is fine
    Cohort rest = EpochDrill.without(world.cohort, world.site(LIAR).name);
    EpochServer next = EpochServer.start(rest, 2, world.lastManifest, world.notary);
    assertThat(site.handle(next.outgoing(site.name).get(0))).hasSize(1);
  }

  @Test
  void aMemberThatWasAwayFromThatEpochJudgesByItsRosterAndPolicy() throws Refusal {
    World world = badDealer(302);
    byte[] evidence = world.seal(badSeed(world));
    Site newcomer = new Site(world.site(3).name, 9);
    newcomer.apply(member -> member.pin(world.cohort));
    newcomer.handle(evidence);
    assertThat(refusal(newcomer, startOf(world, 2)).reason()).isEqualTo(Reason.EXCLUDED_MEMBER);
    Site elsewhere = new Site(world.site(3).name, 10);
    Cohort other =
        Cohort.of(
            "alliance",
            World.digest("another roster"),
            World.POLICY,
            world.cohort.members(),
            World.COORDINATOR,
            0);
    elsewhere.apply(member -> member.pin(other));
    assertThat(refusal(elsewhere, evidence).reason()).isEqualTo(Reason.COHORT_MISMATCH);
  }

  /** Whatever is changed in it, nobody but the liar is ever blamed; made-up evidence is refused. */
  @Test
  void evidenceThatTheCoordinatorHasChanged() throws Refusal {
    World world = badDealer(303);
    RoundEvidence honest = badSeed(world);
    Site site = world.site(0);
    RoundEvidence noReveals = with(honest, honest.epoch(), List.of());
    RoundEvidence tooFew = with(honest, honest.epoch(), honest.reveals().subList(0, 2));
    RoundEvidence otherNumber = with(honest, 2, honest.reveals());
    for (RoundEvidence changed : List.of(noReveals, tooFew, otherNumber)) {
      Refusal refusal = refusal(site, world.seal(changed));
      assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR);
    }
    byte[] bySomebody = Inbox.seal(new TestNotary(world.site(2).name), honest).toArray();
    assertThat(refusal(site, bySomebody).reason()).isEqualTo(Reason.NOT_THE_COORDINATOR);
    assertThat(site.handle(startOf(world, 2))).as("nobody is excluded").hasSize(1);
  }

  private static RoundEvidence with(RoundEvidence e, long epoch, List<Bytes> reveals) {
    return new RoundEvidence(
        epoch,
        e.manifestCertificate(),
        e.survivors(),
        e.dealer(),
        e.deposit(),
        e.common(),
        e.recovery(),
        e.sections(),
        reveals);
  }

  /** T colluders could sign it, but it is not the manifest that the members know. */
  @Test
  void aSecondManifestForTheSameEpoch() throws Refusal {
    World world = badDealer(304);
    RoundEvidence honest = badSeed(world);
    Manifest known = world.lastManifest;
    Manifest other =
        new Manifest(
            1,
            known.cohort(),
            known.participants(),
            known.tokens(),
            known.previousEpoch(),
            World.digest("another past"));
    RoundEvidence forged = withManifest(world, honest, other, honest.deposit(), honest.recovery());
    assertThat(RoundBlame.judge(AUDITOR, forged)).isPresent();
    assertThat(refusal(world.site(0), world.seal(forged)).reason()).isEqualTo(Reason.TWO_MANIFESTS);
  }

  private static RoundEvidence withManifest(
      World world, RoundEvidence e, Manifest manifest, Bytes deposit, Bytes recovery) {
    List<Bytes> signatures = new ArrayList<>();
    for (String name : world.cohort.members()) {
      signatures.add(Inbox.seal(new TestNotary(name), new ManifestSignature(1, manifest.digest())));
    }
    ManifestCertificate certificate =
        new ManifestCertificate(1, Bytes.of(manifest.encode()), signatures);
    return new RoundEvidence(
        1,
        Bytes.of(certificate.encode()),
        e.survivors(),
        e.dealer(),
        deposit,
        e.common(),
        recovery,
        e.sections(),
        e.reveals());
  }

  /**
   * A recovery section of another size is never taken by an honest coordinator; evidence that holds
   * one is made up, whoever signed it, and read no further than it goes.
   */
  @Test
  void aRecoverySectionOfTheWrongSize() throws Refusal {
    World world =
        worldWith(
            305,
            p ->
                new Parcel(
                    1, p.sealedHeader(), p.common(), Liar.flip(p.recovery(), 3), p.sections()));
    RoundEvidence honest = revealed(world, Set.of(LIAR)).evidence().get(0);
    assertThat(RoundBlame.judge(AUDITOR, honest).orElseThrow().reason())
        .isEqualTo(Reason.BAD_RECOVERY);
    SectionHeader header =
        (SectionHeader) Inbox.open(AUDITOR, honest.deposit().toArray()).message();
    for (int size : new int[] {0, 64, honest.recovery().size() - 64}) {
      Bytes recovery = Bytes.of(honest.recovery().slice(0, size));
      SectionHeader other =
          new SectionHeader(
              1,
              header.kind(),
              header.context(),
              header.commonDigest(),
              recovery.sha256(),
              header.sections());
      Bytes deposit = Inbox.seal(new TestNotary(world.site(LIAR).name), other);
      RoundEvidence wrong =
          withManifest(world, honest, naming(world, other.digest()), deposit, recovery);
      Refusal refusal =
          Assertions.catchThrowableOfType(Refusal.class, () -> RoundBlame.judge(AUDITOR, wrong));
      assertThat(refusal).hasMessageContaining("a recovery section of " + size + " bytes");
      assertThat(refusal.culprit()).isEqualTo("unknown");
    }
  }

  private static Manifest naming(World world, Digest deposit) {
    Manifest known = world.lastManifest;
    List<Manifest.Participant> participants = new ArrayList<>();
    for (Manifest.Participant one : known.participants()) {
      participants.add(
          one.index() == LIAR
              ? new Manifest.Participant(LIAR, one.incarnation(), one.keysDigest(), deposit)
              : one);
    }
    return new Manifest(
        1,
        known.cohort(),
        participants,
        known.tokens(),
        known.previousEpoch(),
        known.previousManifest());
  }

  @Test
  void twoStatements() throws Refusal {
    World world = new World(4, 0, 306);
    List<byte[]> keys = new ArrayList<>();
    EpochDrill drill = new EpochDrill(world);
    drill.ofMembers =
        (site, bytes, message) -> {
          if (site == world.site(LIAR) && message instanceof EpochKeys) {
            keys.add(bytes);
          }
          return List.of(bytes);
        };
    drill.run(world.cohort, 1);
    world.lastManifest = world.epoch.manifest().orElseThrow();
    EpochKeys honest = (EpochKeys) Inbox.open(AUDITOR, keys.get(0)).message();
    EpochKeys other =
        new EpochKeys(
            1,
            honest.cohortDigest(),
            honest.incarnation(),
            Liar.flip(honest.x25519(), 0),
            honest.mlKem768());
    byte[] second = Inbox.seal(new TestNotary(world.site(LIAR).name), other).toArray();
    TwoStatements two = Equivocation.between(AUDITOR, keys.get(0), second).orElseThrow();
    TwoStatements same = new TwoStatements(1, two.first(), two.first());
    Site site = world.site(0);
    assertThat(refusal(site, world.seal(same)).culprit()).isEqualTo(World.COORDINATOR);
    site.handle(world.seal(new TwoStatements(7, two.first(), two.second())));
    site.handle(world.seal(two));
    assertThat(refusal(site, startOf(world, 2)).reason()).isEqualTo(Reason.EXCLUDED_MEMBER);
    Site itself = world.site(LIAR);
    itself.handle(world.seal(two));
    assertThat(itself.handle(startOf(world, 2))).as("it cannot exclude itself").hasSize(1);
  }

  @Test
  void evidenceIsReadBackAndNothingElseIs() throws Refusal {
    World world = badDealer(307);
    RoundEvidence evidence = badSeed(world);
    TwoStatements two = new TwoStatements(1, evidence.deposit(), evidence.deposit());
    for (EpochMessage one : List.of(evidence, two)) {
      assertThat(Judge.decode(one.encode())).isEqualTo(one);
    }
    NonReveal none = new NonReveal(evidence.ref());
    Assertions.assertThatThrownBy(() -> Judge.decode(none.encode()))
        .isInstanceOf(MalformedMessageException.class);
    RoundEvidence unsorted =
        new RoundEvidence(
            1,
            Bytes.EMPTY,
            evidence.survivors(),
            0,
            Bytes.EMPTY,
            Bytes.EMPTY,
            Bytes.EMPTY,
            new TreeMap<>(evidence.sections()),
            List.of());
    byte[] bytes = unsorted.encode();
    bytes[bytes.length - 1] = 1;
    Assertions.assertThatThrownBy(() -> Judge.decode(bytes))
        .isInstanceOf(MalformedMessageException.class);
  }
}

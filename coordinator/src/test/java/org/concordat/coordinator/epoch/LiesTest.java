package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.concordat.coordinator.round.Applying;
import org.concordat.coordinator.round.Closed;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEffect;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Judge;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.PairReveal;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.store.SqlEntries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member that lies in a round or about an epoch: the lie is shown, kept over a restart, told to
 * the others, and its author is left out of the next epoch.
 */
class LiesTest {
  private static final String LIAR = "m1";
  private static final String JOB = "job-1";
  private static final Digest OTHER_MODEL = Digest.sha256(new byte[] {7});

  @TempDir private Path directory;
  private Alliance alliance;

  @BeforeEach
  void found() throws Refusal {
    alliance = new Alliance(directory);
  }

  @AfterEach
  void close() {
    alliance.close();
  }

  private static Bytes flip(Bytes bytes, int at) {
    byte[] copy = bytes.toArray();
    copy[at] ^= 1;
    return Bytes.of(copy);
  }

  /** Instead of one message of the liar, another that it signs. */
  private <M extends Message> void liarSends(Class<M> type, UnaryOperator<M> other) {
    alliance.ofMembers =
        (site, bytes, message) ->
            site.name.equals(LIAR) && type.isInstance(message)
                ? List.of(site.seal(other.apply(type.cast(message))))
                : List.of(bytes);
  }

  /** One message of the liar, and another that it signs too. */
  private <M extends Message> void liarSendsTwo(Class<M> type, UnaryOperator<Message> other) {
    alliance.ofMembers =
        (site, bytes, message) ->
            site.name.equals(LIAR) && type.isInstance(message)
                ? List.of(bytes, site.seal(other.apply(message)))
                : List.of(bytes);
  }

  /** The liar's deposit is changed; it signs and believes the change. */
  private void liarDeposits(UnaryOperator<Parcel> change) {
    alliance.ofMembers =
        (site, bytes, message) ->
            site.name.equals(LIAR) && message instanceof Parcel parcel && parcel.common().size() > 0
                ? List.of(forged(site, parcel, change))
                : List.of(bytes);
  }

  private byte[] forged(EpochSite site, Parcel honest, UnaryOperator<Parcel> change)
      throws Refusal {
    SectionHeader header =
        (SectionHeader) Inbox.open(alliance.notary, honest.sealedHeader().toArray()).message();
    Parcel changed = change.apply(honest);
    SectionHeader signed =
        new SectionHeader(
            header.epoch(),
            header.kind(),
            header.context(),
            changed.common().sha256(),
            changed.recovery().sha256(),
            changed.sections().stream().map(Bytes::sha256).toList());
    site.disk.put("forming/own-deposit-digest", signed.digest().bytes());
    site.restart();
    return site.seal(
        new Parcel(
            changed.epoch(),
            Bytes.of(site.seal(signed)),
            changed.common(),
            changed.recovery(),
            changed.sections()));
  }

  private static Parcel withCommon(Parcel p) {
    return new Parcel(p.epoch(), p.sealedHeader(), flip(p.common(), 0), p.recovery(), p.sections());
  }

  private static Parcel withRecovery(Parcel p) {
    return new Parcel(p.epoch(), p.sealedHeader(), p.common(), flip(p.recovery(), 3), p.sections());
  }

  /** Kept, provable to anybody, told, and still so after a restart. */
  private Lie assertShown(Reason reason) throws Refusal {
    Lie lie = alliance.keeper.lies().get(0);
    assertThat(alliance.keeper.lies()).hasSize(1);
    assertThat(lie.liar()).isEqualTo(LIAR);
    assertThat(lie.reason()).isEqualTo(reason);
    assertThat(alliance.told).contains(lie);
    byte[] evidence = alliance.keeper.evidence(lie);
    assertThat(Digest.sha256(evidence)).isEqualTo(lie.evidence());
    assertThat(
            Judge.judge(new HashNotary("an-auditor"), Judge.decode(evidence)).orElseThrow().liar())
        .isEqualTo(LIAR);
    alliance.ofMembers = (site, bytes, message) -> List.of(bytes);
    alliance.away.clear();
    alliance.restart();
    assertThat(alliance.keeper.lies()).containsExactly(lie);
    assertThat(alliance.keeper.eligible(Alliance.COHORT).members())
        .containsExactly("m0", "m2", "m3");
    return lie;
  }

  /** The next epoch is without the liar; the others refuse any other. */
  private void assertLeftOut() throws Refusal {
    long before = alliance.keeper.certified().map(EpochServer::number).orElse(0L);
    EpochServer malicious =
        EpochServer.start(
            Alliance.COHORT,
            before + 40,
            alliance.keeper.certified().flatMap(EpochServer::manifest).orElse(null),
            alliance.notary);
    for (String name : List.of("m0", "m2", "m3")) {
      byte[] start = malicious.outgoing(name).get(0);
      Refusal refusal =
          Assertions.catchThrowableOfType(
              Refusal.class, () -> alliance.site(name).apply(member -> member.handle(start)));
      assertThat(refusal.reason()).as(name).isEqualTo(Reason.EXCLUDED_MEMBER);
    }
    alliance.token();
    EpochServer next = alliance.keeper.certified().orElseThrow();
    assertThat(next.number()).isGreaterThan(before);
    assertThat(next.participantNames()).containsExactly("m0", "m2", "m3");
  }

  @Test
  void aBadShare() throws Refusal {
    alliance.open(JOB, Alliance.MODEL);
    liarSends(
        Reveal.class,
        reveal -> {
          List<Bytes> shares = new ArrayList<>(reveal.shares());
          shares.set(2, flip(shares.get(2), 20));
          return new Reveal(reveal.ref(), reveal.survivorsDigest(), shares);
        });
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    assertThat(alliance.round(JOB).server().phase())
        .as("the others' shares are enough")
        .isEqualTo(RoundServer.Phase.AGREEING);
    Lie lie = assertShown(Reason.BAD_SHARE);
    assertThat(lie.job()).isEqualTo(JOB);
    assertThat(lie.round()).isZero();
    assertLeftOut();
  }

  @Test
  void aBadShareIsShownOnce() throws Refusal {
    aBadShare();
    int told = alliance.told.size();
    alliance.keeper.convict(Judge.decode(alliance.keeper.evidence(alliance.keeper.lies().get(0))));
    assertThat(alliance.told).hasSize(told);
  }

  /** Whoever sends more wrong messages after that costs nobody the reading of a deposit. */
  @Test
  void aKnownLiarsMessagesAreNotReadForProofs() throws Refusal {
    aBadShare();
    Proofs proofs = new Proofs(new SqlEntries(alliance.database()), alliance.notary);
    Digest roster = Alliance.COHORT.rosterDigest();
    List<String> read = new ArrayList<>();
    for (String sender : List.of(LIAR, "m2")) {
      assertThat(
              proofs.against(
                  roster,
                  sender,
                  () -> {
                    read.add(sender);
                    return Optional.empty();
                  }))
          .isEmpty();
    }
    assertThat(read).containsExactly("m2");
  }

  @Test
  void aBadDealerInTheSurvivors() throws Refusal {
    liarDeposits(LiesTest::withCommon);
    Round round = alliance.open(JOB, Alliance.MODEL);
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    assertThat(alliance.round(JOB).phase()).isEqualTo(new Closed(false));
    assertThat(alliance.round(JOB).reason()).contains("BAD_DEALER").contains(LIAR);
    assertShown(Reason.BAD_DEALER);
    assertLeftOut();
    assertNoSecondSum(round.task());
    Round next = alliance.open("job-2", OTHER_MODEL);
    assertThat(next.participants()).containsExactly("m0", "m2", "m3");
    alliance.upload("job-2", "m0", "m2", "m3");
    assertThat(alliance.round("job-2").server().phase()).isEqualTo(RoundServer.Phase.AGREEING);
  }

  /** Whoever knows the bad dealer's seed can open the round: no member gives its update again. */
  private void assertNoSecondSum(Task lost) throws Refusal {
    int token = alliance.token();
    for (EpochSite site : alliance.sites.values()) {
      site.apply(member -> member.admitJob(Alliance.terms("job-again")));
    }
    Task again = alliance.task(JOB, lost.modelDigest(), token, List.of());
    Task elsewhere = alliance.task("job-again", lost.modelDigest(), token, List.of());
    for (String name : List.of("m0", "m2", "m3")) {
      assertRefused(name, again, Reason.RETRY_WITHOUT_NON_REVEAL);
      assertRefused(name, elsewhere, Reason.MODEL_ALREADY_SUMMED);
    }
  }

  private void assertRefused(String name, Task task, Reason reason) {
    byte[] sealed = Inbox.seal(alliance.notary, task).toArray();
    Refusal refusal =
        Assertions.catchThrowableOfType(
            Refusal.class, () -> alliance.site(name).apply(member -> member.handle(sealed)));
    assertThat(refusal.reason()).as(name).isEqualTo(reason);
  }

  /** The proof is an effect of the event that opened the round: no instant loses it. */
  @Test
  void aKillBetweenTheOpeningAndTheProof() throws Refusal {
    liarDeposits(LiesTest::withCommon);
    alliance.open(JOB, Alliance.MODEL);
    alliance.crashAt = RoundEffect.BLAME.stored();
    assertThatThrownBy(() -> alliance.upload(JOB, "m0", "m1", "m2", "m3"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(alliance.keeper.lies()).isEmpty();
    alliance.restart();
    assertShown(Reason.BAD_DEALER);
    assertLeftOut();
  }

  @Test
  void aForgedRecoveryRecord() throws Refusal {
    liarDeposits(LiesTest::withRecovery);
    alliance.open(JOB, Alliance.MODEL);
    alliance.away.add(LIAR);
    alliance.upload(JOB, "m0", "m2", "m3");
    assertThat(alliance.round(JOB).server().badRecovery()).containsExactly(LIAR);
    assertThat(alliance.round(JOB).server().phase())
        .as("the survivors' own pair secrets open it")
        .isEqualTo(RoundServer.Phase.AGREEING);
    assertShown(Reason.BAD_RECOVERY);
    assertLeftOut();
  }

  /** Here the survivor that is asked for its pair secret with a dropped liar lies as well. */
  @Test
  void aFalsePairReveal() throws Refusal {
    Alliance.Tamper forgery =
        (site, bytes, message) ->
            site.name.equals("m3") && message instanceof Parcel parcel && parcel.common().size() > 0
                ? List.of(forged(site, parcel, LiesTest::withRecovery))
                : List.of(bytes);
    alliance.ofMembers = forgery;
    alliance.open(JOB, Alliance.MODEL);
    alliance.away.add("m3");
    liarSends(
        PairReveal.class,
        pair -> new PairReveal(pair.ref(), pair.dropped(), Bytes.of(new byte[32])));
    alliance.upload(JOB, "m0", "m1", "m2");
    assertThat(alliance.keeper.lies().stream().map(Lie::liar)).containsExactly(LIAR, "m3");
    assertThat(alliance.keeper.lies().get(0).reason()).isEqualTo(Reason.COMMITMENT_MISMATCH);
    assertThat(alliance.round(JOB).phase()).isNotEqualTo(new Applying());
    assertThatThrownBy(() -> alliance.keeper.eligible(Alliance.COHORT)).hasMessageContaining("2");
  }

  @Test
  void twoKeysForOneEpoch() throws Refusal {
    liarSendsTwo(
        EpochKeys.class,
        message -> {
          EpochKeys keys = (EpochKeys) message;
          return new EpochKeys(
              keys.epoch(),
              keys.cohortDigest(),
              keys.incarnation(),
              flip(keys.x25519(), 0),
              keys.mlKem768());
        });
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    assertShown(Reason.EQUIVOCATION);
    assertLeftOut();
  }

  @Test
  void twoDepositsForOneEpoch() throws Refusal {
    alliance.ofMembers =
        (site, bytes, message) ->
            site.name.equals(LIAR) && message instanceof Parcel parcel && parcel.common().size() > 0
                ? List.of(bytes, forged(site, parcel, LiesTest::withCommon))
                : List.of(bytes);
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    assertShown(Reason.EQUIVOCATION);
  }

  @Test
  void twoUploadsForOneToken() throws Refusal {
    Round round = alliance.open(JOB, Alliance.MODEL);
    EpochSite site = alliance.site(LIAR);
    site.apply(member -> member.protect(round.task().digest(), new double[20], 1));
    byte[] honest = site.commitments.get(0);
    UploadCommitment first = (UploadCommitment) Inbox.open(alliance.notary, honest).message();
    byte[] second = site.seal(new UploadCommitment(first.ref(), Alliance.MODEL, first.wireBytes()));
    alliance.give(JOB, new org.concordat.coordinator.round.RoundMessage.UploadStored(LIAR, honest));
    alliance.give(JOB, new org.concordat.coordinator.round.RoundMessage.UploadStored(LIAR, honest));
    assertThat(alliance.keeper.lies()).as("the same again is no lie").isEmpty();
    alliance.give(JOB, new org.concordat.coordinator.round.RoundMessage.UploadStored(LIAR, second));
    assertShown(Reason.EQUIVOCATION);
    assertLeftOut();
  }

  @Test
  void twoSurvivorSignatures() throws Refusal {
    alliance.open(JOB, Alliance.MODEL);
    liarSendsTwo(
        SurvivorSignature.class,
        message -> new SurvivorSignature(((SurvivorSignature) message).ref(), Alliance.MODEL));
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    assertShown(Reason.EQUIVOCATION);
    assertLeftOut();
  }

  @Test
  void aRevealAndANonReveal() throws Refusal {
    alliance.open(JOB, Alliance.MODEL);
    liarSendsTwo(Reveal.class, message -> new NonReveal(((Reveal) message).ref()));
    alliance.away.add("m0"); // so that the liar's Reveal is one of those that are needed
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    assertShown(Reason.EQUIVOCATION);
    assertLeftOut();
  }

  /** Only the liar's own words count: what others say about it, or garble, shows nothing. */
  @Test
  void nothingIsShownOfWhoIsHonest() throws Refusal {
    Round round = alliance.open(JOB, Alliance.MODEL);
    EpochSite other = alliance.site("m2");
    alliance.receive("m2", other.seal(new NonReveal(round.task().ref())));
    byte[] broken = other.seal(new NonReveal(round.task().ref()));
    broken = Arrays.copyOf(broken, broken.length - 1);
    assertThat(round.server().proof(broken)).isEmpty();
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    assertThat(alliance.keeper.lies()).isEmpty();
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(Alliance.COHORT);
  }
}

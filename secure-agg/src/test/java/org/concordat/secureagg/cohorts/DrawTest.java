package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.DrawDrill;
import org.concordat.secureagg.InfeasibleCohortException;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.member.Notice;
import org.concordat.secureagg.message.CommitmentList;
import org.concordat.secureagg.message.DrawCertificate;
import org.concordat.secureagg.message.DrawCommitment;
import org.concordat.secureagg.message.DrawPlan;
import org.concordat.secureagg.message.DrawReveal;
import org.concordat.secureagg.message.DrawStart;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.ListCertificate;
import org.concordat.secureagg.message.ListSignature;
import org.concordat.secureagg.server.DrawServer;
import org.concordat.secureagg.server.DrawServer.Phase;
import org.junit.jupiter.api.Test;

/** The draw of the cohorts: real members, an honest coordinator, then every lie of one. */
class DrawTest {
  private static Refusal refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).isNotNull();
    return refusal;
  }

  private static Reason reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return refused(call).reason();
  }

  private static CommitmentList shown(DrawDrill drill) throws Refusal {
    return (CommitmentList) Inbox.open(drill.notary, drill.outgoing().get(0)).message();
  }

  private static ListCertificate certified(DrawDrill drill) throws Refusal {
    return (ListCertificate) Inbox.open(drill.notary, drill.outgoing().get(0)).message();
  }

  /** A list without these members' commitments. */
  private static CommitmentList without(DrawDrill drill, CommitmentList list, int... members)
      throws Refusal {
    List<Bytes> rest = new ArrayList<>();
    for (Bytes sealed : list.commitments()) {
      String sender = Inbox.open(drill.notary, sealed.toArray()).sender();
      boolean out = false;
      for (int member : members) {
        out |= sender.equals(drill.site(member).name);
      }
      if (!out) {
        rest.add(sealed);
      }
    }
    return new CommitmentList(list.number(), rest);
  }

  // --- honest draws

  @Test
  void everyMemberPinsTheSameCohortsAndOnlyItsOwn() throws Refusal {
    DrawDrill drill = new DrawDrill(10, 1, 5);
    Drawn drawn = drill.draw();
    List<Cohort> cohorts = drawn.cohorts(drill.alliance);
    assertThat(cohorts).hasSize(2).allSatisfy(cohort -> assertThat(cohort.size()).isEqualTo(5));
    assertThat(cohorts).allSatisfy(cohort -> assertThat(cohort.colluders()).isEqualTo(1));
    for (Site site : drill.sites.values()) {
      int own = drawn.assignment().cohortOf(site.name);
      assertThat(site.member().drawn()).contains(drawn);
      assertThat(site.member().pinned()).contains(cohorts.get(own));
      assertThat(site.noticed(Notice.CohortDrawn.class))
          .containsExactly(new Notice.CohortDrawn(drawn, own));
      byte[] other = drill.seal(new EpochStart(1, cohorts.get(1 - own), 0, Digest.NONE));
      assertThat(reason(() -> site.handle(other))).isEqualTo(Reason.COHORT_MISMATCH);
      byte[] whole =
          drill.seal(new EpochStart(1, drill.alliance.whole().orElseThrow(), 0, Digest.NONE));
      assertThat(reason(() -> site.handle(whole))).isEqualTo(Reason.COHORT_MISMATCH);
      assertThat(site.handle(drill.seal(new EpochStart(1, cohorts.get(own), 0, Digest.NONE))))
          .hasSize(1);
    }
    assertThat(Drawn.decode(drawn.encode())).isEqualTo(drawn);
  }

  @Test
  void pinningTheSameRosterAgainKeepsTheDrawnCohort() throws Refusal {
    DrawDrill drill = new DrawDrill(10, 1, 5);
    drill.draw();
    Site site = drill.site(3);
    Cohort own = site.member().pinned().orElseThrow();
    site.restart();
    site.apply(m -> m.pin(drill.alliance));
    assertThat(site.member().pinned()).contains(own);
  }

  @Test
  void oneHonestValueChangesTheSeed() throws Refusal {
    Digest seed = new DrawDrill(7, 0, 3).draw().seed();
    DrawDrill other = new DrawDrill(7, 0, 3);
    Site different = new Site(other.site(4).name, 99);
    different.apply(m -> m.pin(other.alliance));
    other.sites.put(different.name, different);
    assertThat(other.draw().seed()).isNotEqualTo(seed);
    assertThat(new DrawDrill(7, 0, 3).draw().seed()).isEqualTo(seed);
  }

  @Test
  void whoDoesNotCommitSitsTheRosterVersionOut() throws Refusal {
    DrawDrill drill = new DrawDrill(8, 0, 4).silentIn(Phase.COMMITTING, 2);
    Drawn drawn = drill.draw();
    assertThat(drawn.number()).isZero();
    assertThat(drawn.members()).hasSize(7).doesNotContain(drill.site(2).name);
    assertThat(drill.site(2).noticed(Notice.CohortDrawn.class))
        .containsExactly(new Notice.CohortDrawn(drawn, -1));
    assertThat(drill.site(2).member().pinned()).isEmpty();
  }

  @Test
  void whoWithholdsIsLeftOutAndTheNextNumberHasFreshValues() throws Refusal {
    DrawDrill drill = new DrawDrill(8, 0, 4).silentIn(Phase.REVEALING, 5);
    Drawn drawn = drill.draw();
    assertThat(drawn.number()).isEqualTo(1);
    assertThat(drawn.members()).hasSize(7).doesNotContain(drill.site(5).name);
    assertThat(drill.site(0).member().drawn()).contains(drawn);
  }

  @Test
  void theColludersAreAllCountedAmongThoseWhoAreLeft() throws Refusal {
    DrawDrill all = new DrawDrill(40, 2, 10);
    DrawDrill fewer = new DrawDrill(40, 2, 10);
    int[] away = java.util.stream.IntStream.range(0, 18).toArray();
    fewer.silentIn(Phase.COMMITTING, away);
    Drawn left = fewer.draw();
    assertThat(left.members()).hasSize(22);
    assertThat(left.cohorts(fewer.alliance))
        .allSatisfy(
            cohort ->
                assertThat(cohort.colluders())
                    .isEqualTo(CohortBounds.of(22, 2, cohort.size()).colluders()));
    assertThat(all.draw().members()).hasSize(40);
  }

  @Test
  void afterEightNumbersTheDrawHasFailed() throws Refusal {
    DrawDrill drill = new DrawDrill(30, 0, 5);
    for (int number = 0; number < 8; number++) {
      assertThat(drill.server.number()).isEqualTo(number);
      drill.runTo(Phase.REVEALING);
      drill.silentIn(Phase.REVEALING, number);
      drill.flight();
      drill.server = drill.server.closeStep();
    }
    assertThat(drill.server.phase()).isEqualTo(Phase.FAILED);
    assertThat(drill.server.drawn()).isEmpty();
    assertThat(drill.outgoing()).isEmpty();
    assertThatThrownBy(() -> new DrawPlan(World.ROSTER, 8, 5, 0, List.of(0, 1, 2)))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not 0 to 7");
  }

  @Test
  void withoutAQuorumTheDrawWaits() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 1, 7).silentIn(Phase.SIGNING, 0, 1, 2);
    drill.runTo(Phase.SIGNING);
    drill.flight();
    assertThat(drill.server.waiting().missing())
        .containsExactly("member-000", "member-001", "member-002");
    assertThat(drill.server.waiting().needed()).isEqualTo(5);
    DrawDrill few = new DrawDrill(7, 1, 7).silentIn(Phase.COMMITTING, 0, 1, 2);
    few.flight();
    assertThat(reason(few.server::closeStep)).isEqualTo(Reason.WRONG_STEP);
  }

  @Test
  void cohortsThatCanMakeNoProgressAreRefusedBeforeTheDraw() {
    Alliance alliance = new DrawDrill(9, 0, 3).alliance;
    assertThatThrownBy(() -> Drawn.requireFeasible(9, 1, 3))
        .isInstanceOf(InfeasibleCohortException.class)
        .hasMessageContaining("a cohort of 3 drawn from 9 members");
    assertThat(DrawServer.start(alliance, 3, new TestNotary(World.COORDINATOR)).phase())
        .isEqualTo(Phase.COMMITTING);
  }

  // --- restarts

  @Test
  void aRestartAtEveryPointChangesNothing() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3).silentIn(Phase.REVEALING, 6);
    drill.sites.values().forEach(site -> site.restartAlways = true);
    Drawn drawn = drill.draw();
    DrawDrill plain = new DrawDrill(7, 0, 3).silentIn(Phase.REVEALING, 6);
    assertThat(drawn).isEqualTo(plain.draw());
    assertThat(drill.site(0).disk.keySet())
        .noneMatch(key -> key.startsWith("draw/"))
        .anyMatch(key -> key.startsWith("drawn/"));
  }

  @Test
  void whatWasDurableBeforeACrashIsSentAgainAsItWas() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    for (Phase phase : List.of(Phase.COMMITTING, Phase.SIGNING, Phase.REVEALING)) {
      drill.runTo(phase);
      Site site = drill.site(1);
      byte[] message = drill.server.outgoing(site.name).get(0);
      // the first answer is lost between persist and send
      List<byte[]> lost = site.handle(message);
      site.restart();
      List<byte[]> again = site.handle(drill.server.outgoing(site.name).get(0));
      assertThat(again).hasSize(1);
      assertThat(again.get(0)).isEqualTo(lost.get(0));
    }
    assertThat(drill.draw().members()).hasSize(7);
  }

  @Test
  void theCoordinatorReplaysTheSameDraw() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    List<byte[]> log = new ArrayList<>();
    DrawServer replayed = DrawServer.start(drill.alliance, 3, drill.notary);
    drill.onSent = log::add;
    Drawn drawn = drill.draw();
    for (byte[] sealed : log) {
      String type = Inbox.open(drill.notary, sealed).message().type();
      if (DrawServer.MEMBER_TYPES.contains(type)) {
        replayed = replayed.accept(sealed);
        assertThat(replayed.accept(sealed)).isSameAs(replayed);
      }
    }
    assertThat(replayed.drawn()).contains(drawn);
  }

  // --- a coordinator that lies

  @Test
  void twoListsForOneNumberAreRefused() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.runTo(Phase.SIGNING);
    CommitmentList list = shown(drill);
    byte[] other = drill.seal(without(drill, list, 6));
    Site site = drill.site(0);
    assertThat(site.handle(drill.seal(list))).hasSize(1);
    assertThat(refused(() -> site.handle(other)))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Reason.SECOND_LIST))
        .satisfies(refusal -> assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR));
    // restarted, it still knows what it signed
    site.restart();
    assertThat(reason(() -> site.handle(other))).isEqualTo(Reason.SECOND_LIST);
    assertThat(site.handle(drill.seal(list))).hasSize(1);
  }

  @Test
  void aListWithoutOneselfOrWithoutAQuorumIsNotSigned() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 1, 7);
    drill.runTo(Phase.SIGNING);
    CommitmentList list = shown(drill);
    byte[] withoutMe = drill.seal(without(drill, list, 0));
    assertThat(reason(() -> drill.site(0).handle(withoutMe))).isEqualTo(Reason.NOT_IN_LIST);
    // T_all is 5 of 7 with one colluder: three honest members may be left out, not a fourth
    byte[] four = drill.seal(without(drill, list, 1, 2, 3));
    assertThat(reason(() -> drill.site(0).handle(four))).isEqualTo(Reason.BAD_QUORUM);
    List<Bytes> doubled = new ArrayList<>(list.commitments());
    doubled.set(1, doubled.get(2));
    byte[] twice = drill.seal(new CommitmentList(0, doubled));
    assertThat(reason(() -> drill.site(0).handle(twice))).isEqualTo(Reason.BAD_QUORUM);
    List<Bytes> forged = new ArrayList<>(list.commitments());
    byte[] broken = forged.get(1).toArray();
    broken[10] ^= 1;
    forged.set(1, Bytes.of(broken));
    byte[] bad = drill.seal(new CommitmentList(0, forged));
    assertThat(reason(() -> drill.site(0).handle(bad))).isEqualTo(Reason.BAD_ENVELOPE);
  }

  @Test
  void nobodyRevealsForAListThatNoQuorumSigned() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 1, 7);
    drill.runTo(Phase.REVEALING);
    ListCertificate certificate = certified(drill);
    assertThat(certificate.signatures()).hasSize(5);
    byte[] few =
        drill.seal(
            new ListCertificate(0, certificate.list(), certificate.signatures().subList(1, 5)));
    assertThat(reason(() -> drill.site(0).handle(few))).isEqualTo(Reason.BAD_QUORUM);
    byte[] twice =
        drill.seal(
            new ListCertificate(
                0,
                certificate.list(),
                List.of(
                    certificate.signatures().get(0),
                    certificate.signatures().get(0),
                    certificate.signatures().get(1),
                    certificate.signatures().get(2),
                    certificate.signatures().get(3))));
    assertThat(reason(() -> drill.site(0).handle(twice))).isEqualTo(Reason.BAD_QUORUM);
    // a value is for the certified list alone
    DrawReveal reveal =
        (DrawReveal)
            Inbox.open(drill.notary, drill.site(0).handle(drill.seal(certificate)).get(0))
                .message();
    assertThat(reveal.listDigest()).isEqualTo(certificate.parsedList().digest());
  }

  @Test
  void theSameNumberIsNotDrawnAgainNorAnEarlierOne() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3).silentIn(Phase.REVEALING, 6);
    DrawStart first = (DrawStart) Inbox.open(drill.notary, drill.outgoing().get(0)).message();
    byte[] otherSize =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.ROSTER, 0, 4, 0, first.plan().participants()), Bytes.EMPTY));
    drill.runTo(Phase.SIGNING);
    assertThat(reason(() -> drill.site(0).handle(otherSize))).isEqualTo(Reason.CONFLICTING_MESSAGE);
    drill.runTo(Phase.REVEALING);
    byte[] oldList = drill.seal(certified(drill));
    drill.flight();
    drill.server = drill.server.closeStep();
    drill.flight();
    assertThat(drill.server.number()).isEqualTo(1);
    assertThat(reason(() -> drill.site(0).handle(drill.seal(first))))
        .isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(reason(() -> drill.site(0).handle(oldList))).isEqualTo(Reason.DRAW_MISMATCH);
    drill.draw();
    assertThat(reason(() -> drill.site(0).handle(drill.seal(first))))
        .isEqualTo(Reason.DRAW_MISMATCH);
  }

  @Test
  void aLaterNumberLeavesOutOnlyWhoDidNotReveal() throws Refusal {
    DrawDrill drill = new DrawDrill(8, 0, 4).silentIn(Phase.REVEALING, 7);
    drill.runTo(Phase.REVEALING);
    drill.flight();
    DrawStart next =
        (DrawStart)
            Inbox.open(drill.notary, drill.server.closeStep().outgoing("member-000").get(0))
                .message();
    DrawCertificate shown = DrawCertificate.decode(next.previous().toArray());
    // one who revealed is left out as well
    byte[] oneMore = drill.seal(start(next.plan(), List.of(0, 1, 2, 3, 4, 5), shown));
    assertThat(reason(() -> drill.site(0).handle(oneMore))).isEqualTo(Reason.DRAW_MISMATCH);
    // its reveal is held back to say so
    DrawCertificate fewer =
        new DrawCertificate(shown.plan(), shown.certificate(), shown.reveals().subList(0, 6));
    byte[] heldBack = drill.seal(start(next.plan(), List.of(0, 1, 2, 3, 4, 5), fewer));
    Site site = drill.site(0);
    Site honest = drill.site(6);
    assertThat(site.fork().handle(heldBack)).hasSize(1); // costs it one of eight numbers
    assertThat(reason(() -> honest.handle(heldBack))).isEqualTo(Reason.NOT_A_MEMBER);
    // the withholder is taken back in
    byte[] back = drill.seal(start(next.plan(), List.of(0, 1, 2, 3, 4, 5, 6, 7), shown));
    assertThat(reason(() -> site.handle(back))).isEqualTo(Reason.DRAW_MISMATCH);
    // another size for the next number
    byte[] size =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.ROSTER, 1, 3, 0, next.plan().participants()), next.previous()));
    assertThat(reason(() -> site.handle(size))).isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(site.handle(drill.seal(next))).hasSize(1);
  }

  private static DrawStart start(DrawPlan plan, List<Integer> participants, DrawCertificate shown) {
    return new DrawStart(
        new DrawPlan(plan.rosterDigest(), 1, plan.cohortSize(), plan.colluders(), participants),
        Bytes.of(shown.encode()));
  }

  @Test
  void noNextNumberOnceEverybodyRevealed() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.runTo(Phase.DRAWN);
    DrawCertificate complete = drill.server.certificate().orElseThrow();
    byte[] redraw = drill.seal(start(complete.plan(), List.of(0, 1, 2, 3, 4, 5, 6), complete));
    assertThat(reason(() -> drill.site(0).handle(redraw))).isEqualTo(Reason.DRAW_MISMATCH);
  }

  @Test
  void aNumberIsForAllAgentsAndAssumesNoFewerColluders() throws Refusal {
    DrawDrill drill = new DrawDrill(9, 1, 9);
    List<Integer> some = List.of(0, 1, 2, 3, 4, 5, 6, 7);
    byte[] fewer =
        drill.seal(new DrawStart(new DrawPlan(World.ROSTER, 0, 9, 1, some), Bytes.EMPTY));
    assertThat(reason(() -> drill.site(0).handle(fewer))).isEqualTo(Reason.DRAW_MISMATCH);
    List<Integer> all = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8);
    byte[] naive = drill.seal(new DrawStart(new DrawPlan(World.ROSTER, 0, 9, 0, all), Bytes.EMPTY));
    assertThat(reason(() -> drill.site(0).handle(naive))).isEqualTo(Reason.DRAW_MISMATCH);
  }

  @Test
  void rostersAreNotMixed() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    byte[] other =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.digest("older"), 0, 3, 0, List.of(0, 1, 2, 3, 4, 5, 6)),
                Bytes.EMPTY));
    assertThat(reason(() -> drill.site(0).handle(other))).isEqualTo(Reason.DRAW_MISMATCH);
    drill.runTo(Phase.DRAWN);
    byte[] certificate = drill.outgoing().get(0);
    Site elsewhere = new Site("member-000", 5);
    Alliance newer =
        new Alliance(
            "alliance",
            World.digest("newer"),
            World.POLICY,
            drill.alliance.members(),
            World.COORDINATOR,
            0);
    elsewhere.apply(m -> m.pin(newer));
    assertThat(reason(() -> elsewhere.handle(certificate))).isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(reason(() -> new Site("member-000", 5).handle(certificate)))
        .isEqualTo(Reason.COHORT_MISMATCH);
  }

  @Test
  void anyoneChecksACertificateAndOnlyACompleteOneCounts() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.runTo(Phase.DRAWN);
    DrawCertificate certificate = drill.server.certificate().orElseThrow();
    DrawCheck auditor = new DrawCheck(new TestNotary("auditor"), drill.alliance, "presenter");
    assertThat(auditor.drawn(certificate)).isEqualTo(drill.server.drawn().orElseThrow());
    DrawCertificate incomplete =
        new DrawCertificate(
            certificate.plan(), certificate.certificate(), certificate.reveals().subList(0, 6));
    assertThat(reason(() -> auditor.drawn(incomplete))).isEqualTo(Reason.BAD_QUORUM);
    assertThat(reason(() -> drill.site(0).handle(drill.seal(incomplete))))
        .isEqualTo(Reason.BAD_QUORUM);
    List<Bytes> doubled = new ArrayList<>(certificate.reveals());
    doubled.set(6, doubled.get(5));
    DrawCertificate twice =
        new DrawCertificate(certificate.plan(), certificate.certificate(), doubled);
    assertThat(reason(() -> auditor.drawn(twice))).isEqualTo(Reason.COMMITMENT_MISMATCH);
    List<Bytes> other = new ArrayList<>(certificate.reveals());
    other.set(
        6,
        Inbox.seal(
            new TestNotary("member-006"),
            new DrawReveal(
                0,
                certificate.certificate().parsedList().digest(),
                Bytes.of(World.digest("chosen later").bytes()))));
    DrawCertificate changed =
        new DrawCertificate(certificate.plan(), certificate.certificate(), other);
    assertThat(reason(() -> auditor.drawn(changed))).isEqualTo(Reason.COMMITMENT_MISMATCH);
  }

  @Test
  void aSecondDrawOfARosterIsRefused() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    DrawDrill second = new DrawDrill(7, 0, 3);
    Site different = new Site(second.site(4).name, 99);
    different.apply(m -> m.pin(second.alliance));
    second.sites.put(different.name, different);
    drill.draw();
    second.draw();
    byte[] other = second.outgoing().get(0);
    assertThat(reason(() -> drill.site(0).handle(other))).isEqualTo(Reason.SECOND_LIST);
    assertThat(drill.site(0).handle(drill.outgoing().get(0))).isEmpty();
  }

  // --- members that lie

  @Test
  void lyingMembersAreRefusedAndNamed() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    Map<String, byte[]> starts = new TreeMap<>();
    drill.sites.keySet().forEach(name -> starts.put(name, drill.server.outgoing(name).get(0)));
    DrawPlan plan =
        ((DrawStart) Inbox.open(drill.notary, starts.get("member-000")).message()).plan();
    drill.server = drill.server.accept(drill.site(0).handle(starts.get("member-000")).get(0));
    byte[] second = sealed("member-000", new DrawCommitment(0, plan.digest(), Digest.NONE));
    assertThat(reason(() -> drill.server.accept(second))).isEqualTo(Reason.CONFLICTING_MESSAGE);
    byte[] otherPlan = sealed("member-001", new DrawCommitment(0, Digest.NONE, Digest.NONE));
    assertThat(reason(() -> drill.server.accept(otherPlan))).isEqualTo(Reason.DRAW_MISMATCH);
    byte[] stranger = sealed("stranger", new DrawCommitment(0, plan.digest(), Digest.NONE));
    assertThat(reason(() -> drill.server.accept(stranger))).isEqualTo(Reason.NOT_A_MEMBER);
    byte[] later = sealed("member-001", new DrawCommitment(1, plan.digest(), Digest.NONE));
    assertThat(reason(() -> drill.server.accept(later))).isEqualTo(Reason.LATE);
    assertThat(reason(() -> drill.server.accept(drill.seal(new ListSignature(0, Digest.NONE)))))
        .isEqualTo(Reason.NOT_A_MEMBER);
    drill.runTo(Phase.REVEALING);
    Digest list = certified(drill).parsedList().digest();
    byte[] wrong =
        sealed("member-003", new DrawReveal(0, list, Bytes.of(World.digest("other").bytes())));
    assertThat(refused(() -> drill.server.accept(wrong)))
        .satisfies(r -> assertThat(r.reason()).isEqualTo(Reason.COMMITMENT_MISMATCH))
        .satisfies(r -> assertThat(r.culprit()).isEqualTo("member-003"));
    byte[] otherList = sealed("member-003", new DrawReveal(0, Digest.NONE, Bytes.of(new byte[32])));
    assertThat(reason(() -> drill.server.accept(otherList))).isEqualTo(Reason.SECOND_LIST);
    assertThat(reason(() -> drill.server.accept(starts.get("member-000"))))
        .isEqualTo(Reason.NOT_A_MEMBER);
  }

  private static byte[] sealed(String who, org.concordat.secureagg.message.Message message) {
    return Inbox.seal(new TestNotary(who), message).toArray();
  }
}

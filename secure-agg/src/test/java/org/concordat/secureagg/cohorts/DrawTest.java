package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.concordat.secureagg.Alliance;
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
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.cohorts.server.DrawServer.Phase;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;

/**
 * The draw of the cohorts: real members and an honest coordinator. Lies are in {@link
 * DrawRefusalTest}.
 */
class DrawTest {
  static Refusal refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).isNotNull();
    return refusal;
  }

  static Reason reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return refused(call).reason();
  }

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
}

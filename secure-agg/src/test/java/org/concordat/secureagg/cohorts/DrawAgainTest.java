package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.DrawDrill;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.World;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.cohorts.message.DrawStart;
import org.concordat.secureagg.cohorts.server.DrawServer.Phase;
import org.concordat.secureagg.envelope.Inbox;
import org.junit.jupiter.api.Test;

/**
 * A number of a draw that is given up because its list lacks answers of too many: who takes part in
 * the next one, and what a coordinator gains by saying so.
 */
class DrawAgainTest {
  private static Reason reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(Refusal.class, call).reason();
  }

  /** T_all = 5 of 8: every member of the list is needed, and one goes away. */
  @Test
  void aListOfExactlyAQuorumIsGivenUpWhereOneDoesNotSignIt() throws Refusal {
    DrawDrill drill =
        new DrawDrill(8, 0, 4).silentIn(Phase.COMMITTING, 5, 6, 7).silentIn(Phase.SIGNING, 2);
    drill.flight();
    drill.server = drill.server.closeStep();
    drill.flight();
    assertThat(drill.server.waiting().answered()).isEqualTo(4);
    assertThat(drill.server.nextMembers()).hasSize(8);
    drill.server = drill.server.closeStep();
    drill.silent(Phase.COMMITTING, 2); // the others are back, it is not
    Drawn drawn = drill.draw();
    assertThat(drawn.number()).isEqualTo(1);
    assertThat(drawn.members()).hasSize(7).doesNotContain(drill.site(2).name);
    assertThat(drill.site(7).member().drawn()).contains(drawn);
  }

  @Test
  void aListOfExactlyAQuorumIsGivenUpWhereOneWithholdsItsValue() throws Refusal {
    DrawDrill drill =
        new DrawDrill(8, 0, 4).silentIn(Phase.COMMITTING, 5, 6, 7).silentIn(Phase.REVEALING, 2);
    drill.flight();
    drill.server = drill.server.closeStep();
    drill.flight();
    drill.flight();
    assertThat(drill.server.phase()).isEqualTo(Phase.REVEALING);
    assertThat(drill.server.waiting().answered()).isEqualTo(4);
    drill.silent(Phase.COMMITTING); // who had not committed comes in, who withheld does not
    Drawn drawn = drill.draw();
    assertThat(drawn.number()).isEqualTo(1);
    assertThat(drawn.members()).hasSize(7).doesNotContain(drill.site(2).name);
    for (Site site : drill.sites.values()) {
      assertThat(site.member().drawn()).contains(drawn);
    }
  }

  /** A number that was certified, one that was not, and one after both. */
  @Test
  void aNumberAfterAnUncertifiedOneShowsTheLatestCertified() throws Refusal {
    DrawDrill drill = new DrawDrill(8, 0, 4).silentIn(Phase.REVEALING, 2);
    drill.runTo(Phase.REVEALING);
    drill.flight();
    drill.server = drill.server.closeStep();
    drill.silentIn(Phase.SIGNING, 3, 4, 5);
    drill.flight();
    drill.flight();
    assertThat(drill.server.phase()).isEqualTo(Phase.SIGNING);
    drill.server = drill.server.closeStep();
    drill.silent(Phase.SIGNING);
    drill.sites.values().forEach(site -> site.restartAlways = true);
    Drawn drawn = drill.draw();
    assertThat(drawn.number()).isEqualTo(2);
    assertThat(drawn.members()).hasSize(7).doesNotContain(drill.site(2).name);
  }

  /** A coordinator knows the seed, does not like it, and says that the list was never certified. */
  @Test
  void whoHasRevealedTakesPartInNoNumberThatDoesNotSayFor() throws Refusal {
    DrawDrill drill = new DrawDrill(8, 0, 4).silentIn(Phase.REVEALING, 7);
    drill.runTo(Phase.REVEALING);
    drill.flight();
    List<Integer> all = List.of(0, 1, 2, 3, 4, 5, 6, 7);
    for (int number = 1; number < 8; number++) {
      byte[] hidden =
          drill.seal(new DrawStart(new DrawPlan(World.ROSTER, number, 4, 0, all), Bytes.EMPTY));
      for (int i = 0; i < 7; i++) {
        Site site = drill.site(i);
        assertThat(reason(() -> site.handle(hidden))).isEqualTo(Reason.DRAW_MISMATCH);
      }
    }
    // nor is a number without the one before for fewer, or for cohorts of another size
    DrawDrill fresh = new DrawDrill(8, 0, 4);
    fresh.runTo(Phase.SIGNING);
    for (DrawPlan plan :
        List.of(
            new DrawPlan(World.ROSTER, 1, 4, 0, all.subList(0, 7)),
            new DrawPlan(World.ROSTER, 1, 3, 0, all),
            new DrawPlan(World.ROSTER, 1, 4, 1, all))) {
      byte[] other = fresh.seal(new DrawStart(plan, Bytes.EMPTY));
      assertThat(reason(() -> fresh.site(0).handle(other))).isEqualTo(Reason.DRAW_MISMATCH);
    }
  }

  /** The record of an older number hides that a later one was certified. */
  @Test
  void whoHasRevealedSinceIsNotShownAnOlderNumber() throws Refusal {
    DrawDrill drill = new DrawDrill(9, 0, 9).silentIn(Phase.REVEALING, 7);
    drill.runTo(Phase.REVEALING);
    drill.flight();
    drill.server = drill.server.closeStep();
    DrawStart second =
        (DrawStart) Inbox.open(drill.notary, drill.server.outgoing("member-000").get(0)).message();
    drill.silentIn(Phase.REVEALING, 8);
    drill.runTo(Phase.REVEALING);
    drill.flight();
    DrawPlan plan = second.plan();
    byte[] third =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.ROSTER, 2, 9, 0, plan.participants()), second.previous()));
    assertThat(reason(() -> drill.site(0).handle(third))).isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(drill.site(8).handle(third)).hasSize(1); // it has revealed nothing since
  }
}

package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.junit.jupiter.api.Test;

class DrawTest {
  private static final List<String> MEMBERS = List.of("a", "b", "c", "d", "e");
  private static final TestNotary JUDGE = new TestNotary("judge");

  private static Bytes value(String member, int draw) {
    return Bytes.of(World.digest(member + draw).bytes());
  }

  private static byte[] commit(String member, int draw) {
    return Draw.commit(new TestNotary(member), World.ROSTER, draw, member, value(member, draw));
  }

  private static byte[] reveal(String member, int draw) {
    return Draw.reveal(new TestNotary(member), World.ROSTER, draw, value(member, draw));
  }

  private static Draw all(Draw draw, List<String> commits, List<String> reveals) throws Refusal {
    Draw next = draw;
    int number = draw.number();
    for (String member : commits) {
      next = next.accept(JUDGE, commit(member, number));
    }
    next = next.closeStep();
    for (String member : reveals) {
      next = next.accept(JUDGE, reveal(member, number));
    }
    return next;
  }

  private static Draw start() {
    return Draw.start(World.ROSTER, MEMBERS);
  }

  private static Reason reason(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    Refusal refusal = catchThrowableOfType(Refusal.class, call);
    assertThat(refusal).isNotNull();
    return refusal.reason();
  }

  @Test
  void everyoneGetsTheSameSeedInWhateverOrderTheStatementsCome() throws Refusal {
    Draw one = all(start(), MEMBERS, MEMBERS);
    Draw other = all(start(), List.of("e", "c", "a", "b", "d"), List.of("d", "a", "e", "c", "b"));
    assertThat(one.phase()).isEqualTo(Draw.Phase.DRAWN);
    assertThat(one.seed()).isEqualTo(other.seed()).isPresent();
    assertThat(start().seed()).isEmpty();
  }

  @Test
  void everyValueChangesTheSeed() throws Refusal {
    Digest seed = all(start(), MEMBERS, MEMBERS).seed().orElseThrow();
    for (String different : MEMBERS) {
      Draw draw = start();
      for (String member : MEMBERS) {
        int salt = member.equals(different) ? 99 : 0;
        draw =
            draw.accept(
                JUDGE,
                Draw.commit(new TestNotary(member), World.ROSTER, 0, member, value(member, salt)));
      }
      draw = draw.closeStep();
      for (String member : MEMBERS) {
        int salt = member.equals(different) ? 99 : 0;
        draw =
            draw.accept(
                JUDGE, Draw.reveal(new TestNotary(member), World.ROSTER, 0, value(member, salt)));
      }
      assertThat(draw.seed().orElseThrow()).isNotEqualTo(seed);
    }
  }

  @Test
  void whoWithholdsIsLeftOutAndTheDrawRepeatsWithFreshValues() throws Refusal {
    Draw draw = all(start(), MEMBERS, List.of("a", "b", "c", "d"));
    assertThat(draw.phase()).isEqualTo(Draw.Phase.REVEALING);
    assertThat(draw.missing()).containsExactly("e");
    Draw again = draw.closeStep();
    assertThat(again.number()).isEqualTo(1);
    assertThat(again.leftOut()).containsExactly("e");
    assertThat(reason(() -> again.accept(JUDGE, commit("e", 1)))).isEqualTo(Reason.NOT_A_MEMBER);
    assertThat(reason(() -> again.accept(JUDGE, commit("a", 0)))).isEqualTo(Reason.MISBOUND);
    Draw drawn = all(again, again.members(), again.members());
    assertThat(drawn.phase()).isEqualTo(Draw.Phase.DRAWN);
  }

  @Test
  void whoDoesNotCommitIsLeftOutWithoutARepeat() throws Refusal {
    Draw draw = all(start(), List.of("a", "b", "c"), List.of("a", "b", "c"));
    assertThat(draw.phase()).isEqualTo(Draw.Phase.DRAWN);
    assertThat(draw.number()).isZero();
    assertThat(draw.leftOut()).containsExactly("d", "e");
  }

  @Test
  void afterEightDrawsOrWithTwoMembersLeftItFails() throws Refusal {
    List<String> many =
        java.util.stream.IntStream.range(0, 20).mapToObj(i -> "m" + (10 + i)).toList();
    Draw draw = Draw.start(World.ROSTER, many);
    for (int i = 0; i < Draw.MAX_DRAWS; i++) {
      assertThat(draw.phase()).isEqualTo(Draw.Phase.COMMITTING);
      List<String> left = draw.members();
      draw = all(draw, left, left.subList(1, left.size())).closeStep();
    }
    assertThat(draw.phase()).isEqualTo(Draw.Phase.FAILED);
    assertThat(draw.leftOut()).hasSize(8);
    assertThat(draw.seed()).isEmpty();

    Draw few = all(start(), MEMBERS, List.of("a", "b")).closeStep();
    assertThat(few.phase()).isEqualTo(Draw.Phase.FAILED);
    assertThat(all(start(), List.of("a", "b"), List.of()).phase()).isEqualTo(Draw.Phase.FAILED);
  }

  @Test
  void liesAreRefusedAndNamed() throws Refusal {
    Draw committing = start().accept(JUDGE, commit("a", 0));
    assertThat(committing.accept(JUDGE, commit("a", 0))).isSameAs(committing);
    byte[] second = Draw.commit(new TestNotary("a"), World.ROSTER, 0, "a", value("another", 0));
    assertThat(reason(() -> committing.accept(JUDGE, second)))
        .isEqualTo(Reason.CONFLICTING_MESSAGE);
    assertThat(reason(() -> committing.accept(JUDGE, reveal("a", 0)))).isEqualTo(Reason.WRONG_STEP);
    byte[] otherRoster =
        Draw.commit(new TestNotary("b"), World.digest("older"), 0, "b", value("b", 0));
    assertThat(reason(() -> committing.accept(JUDGE, otherRoster))).isEqualTo(Reason.MISBOUND);
    assertThat(reason(() -> committing.accept(JUDGE, commit("stranger", 0))))
        .isEqualTo(Reason.NOT_A_MEMBER);
    assertThat(reason(() -> committing.accept(JUDGE, new byte[] {1, 2, 3})))
        .isEqualTo(Reason.BAD_ENVELOPE);
    byte[] otherType = new TestNotary("b").seal("secagg.task.v1", 0, 0, new byte[64]);
    assertThat(reason(() -> committing.accept(JUDGE, otherType))).isEqualTo(Reason.MALFORMED);

    Draw revealing = all(start(), MEMBERS, List.of("b"));
    byte[] notCommitted = Draw.reveal(new TestNotary("a"), World.ROSTER, 0, value("another", 0));
    Refusal refusal =
        catchThrowableOfType(Refusal.class, () -> revealing.accept(JUDGE, notCommitted));
    assertThat(refusal.reason()).isEqualTo(Reason.COMMITMENT_MISMATCH);
    assertThat(refusal.culprit()).isEqualTo("a");
    assertThat(revealing.accept(JUDGE, reveal("b", 0))).isSameAs(revealing);
    // a copy of another's commitment does not let its value be used
    byte[] stolen = Draw.reveal(new TestNotary("a"), World.ROSTER, 0, value("b", 0));
    assertThat(reason(() -> revealing.accept(JUDGE, stolen))).isEqualTo(Reason.COMMITMENT_MISMATCH);
  }
}

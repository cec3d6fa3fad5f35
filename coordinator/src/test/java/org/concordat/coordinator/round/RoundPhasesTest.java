package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.concordat.coordinator.round.event.CertificateChosen;
import org.concordat.coordinator.round.event.NonRevealChosen;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.Test;

class RoundPhasesTest {
  private final Fold fold = new Fold(new RoundWorld());

  @Test
  void aRoundGoesFromEventToEvent() throws Refusal {
    assertThat(fold.round.phase()).isEqualTo(new Dispatching());
    assertThat(fold.give(new RoundMessage.TasksSent())).containsExactly("DISPATCHED");
    assertThat(fold.round.phase()).isEqualTo(new Collecting());
    for (String name : List.of("m0", "m1", "m2")) {
      assertThat(fold.give(fold.world.upload(fold.round, name))).containsExactly("UPLOAD_ACCEPTED");
    }
    assertThat(fold.give(fold.world.upload(fold.round, "m3")))
        .containsExactly("UPLOAD_ACCEPTED", "SURVIVORS_FROZEN");
    assertThat(fold.round.phase()).isEqualTo(new Certifying());
    assertThat(fold.tell("m0")).containsExactly("MESSAGE_ACCEPTED");
    assertThat(fold.tell("m1")).containsExactly("MESSAGE_ACCEPTED");
    assertThat(fold.tell("m2")).containsExactly("MESSAGE_ACCEPTED", "CERTIFICATE_CHOSEN");
    assertThat(fold.round.phase()).isEqualTo(new Unmasking());
    fold.tell("m0");
    fold.tell("m1");
    assertThat(fold.round.phase()).isEqualTo(new Unmasking());
    assertThat(fold.tell("m3")).contains("MESSAGE_ACCEPTED");
    assertThat(fold.round.phase()).isEqualTo(new Applying());
    assertThat(fold.give(fold.world.applied(fold.round))).containsExactly("SUM_APPLIED");
    assertThat(fold.round.phase()).isEqualTo(new Agreeing());
    fold.give(fold.world.adopt(fold.round, "m0"));
    fold.give(fold.world.adopt(fold.round, "m1"));
    assertThat(fold.round.phase()).isEqualTo(new Agreeing());
    assertThat(fold.give(fold.world.adopt(fold.round, "m2"))).containsExactly("MESSAGE_ACCEPTED");
    assertThat(fold.round.phase()).isEqualTo(new Recording());
    assertThat(fold.give(new RoundMessage.Logged())).containsExactly("RECORDED");
    assertThat(fold.round.phase()).isEqualTo(new Closed(true));
    assertThat(fold.round.closed()).isTrue();
    assertThat(fold.round.version()).isEqualTo(fold.events.size());
  }

  @Test
  void decidingChangesNothing() throws Refusal {
    fold.dispatched();
    RoundMessage upload = fold.world.upload(fold.round, "m0");
    Round before = fold.round;
    assertThat(before.decide(upload, fold.clock.instant())).hasSize(1);
    assertThat(before.decide(upload, fold.clock.instant())).hasSize(1);
    assertThat(before.server().uploads()).isEmpty();
  }

  @Test
  void theSameUploadAgainIsNoEvent() throws Refusal {
    fold.dispatched();
    RoundMessage upload = fold.world.upload(fold.round, "m0");
    assertThat(fold.give(upload)).hasSize(1);
    assertThat(fold.give(upload)).isEmpty();
  }

  @Test
  void uploadsBeforeTheDispatchIsNotedAreTaken() throws Refusal {
    fold.upload("m0", "m1", "m2", "m3");
    assertThat(fold.round.phase()).isEqualTo(new Certifying());
    assertThat(fold.give(new RoundMessage.TasksSent())).isEmpty();
    assertThat(fold.round.phase()).isEqualTo(new Certifying());
  }

  @Test
  void frozenWhenTheMissingMemberIsGone() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1", "m2");
    assertThat(fold.tick()).isEmpty();
    assertThat(fold.tick("m3")).containsExactly("SURVIVORS_FROZEN");
    assertThat(fold.round.server().survivors()).containsExactly("m0", "m1", "m2");
  }

  @Test
  void frozenWhenTheMissingMemberDeclined() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1", "m2");
    fold.give(fold.world.decline(fold.round, "m3"));
    assertThat(fold.tick()).containsExactly("SURVIVORS_FROZEN");
  }

  @Test
  void frozenWhenTheDeadlineHasPassedAndNotBefore() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1", "m2");
    fold.clock.advance(Fold.DEADLINE.minusMillis(1));
    assertThat(fold.tick()).isEmpty();
    fold.clock.advance(java.time.Duration.ofMillis(1));
    assertThat(fold.tick()).containsExactly("SURVIVORS_FROZEN");
  }

  @Test
  void neverFrozenBelowTheLeastNumberOfSurvivors() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1");
    fold.clock.advance(Fold.DEADLINE.multipliedBy(10));
    assertThat(fold.tick("m2", "m3")).isEmpty();
    assertThat(fold.round.phase()).isEqualTo(new Collecting());
    RoundEvent frozen =
        RoundEvent.newBuilder()
            .setSurvivorsFrozen(
                org.concordat.coordinator.round.event.SurvivorsFrozen.getDefaultInstance())
            .build();
    assertThatThrownBy(() -> fold.round.apply(frozen, fold.world.epochs(), fold.world.notary))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not follow");
  }

  @Test
  void aMemberThatIsAbsentFromTheEpochIsNotWaitedFor() throws Refusal {
    Fold three = new Fold(new RoundWorld(Set.of("m3")));
    assertThat(three.round.participants()).containsExactly("m0", "m1", "m2");
    assertThat(three.round.cohortSize()).isEqualTo(4);
    three.dispatched();
    three.upload("m0", "m1", "m2");
    assertThat(three.round.phase()).isEqualTo(new Certifying());
    assertThat(RoundSummaries.of(three.round).getDroppedList()).containsExactly("m3");
  }

  @Test
  void tooManyDeclinesGiveTheTokenUpAndTheNextAttemptGoesOn() throws Refusal {
    fold.dispatched();
    fold.give(fold.world.decline(fold.round, "m0"));
    assertThat(fold.tick()).isEmpty();
    fold.give(fold.world.decline(fold.round, "m1"));
    assertThat(fold.tick()).containsExactly("NON_REVEAL_CHOSEN");
    assertThat(fold.round.phase()).isEqualTo(new Voiding());
    RoundEvent chosen = fold.events.get(fold.events.size() - 1);
    assertThat(chosen.getNonRevealChosen().getReason()).isEqualTo("m0, m1: no data");

    fold.tell("m0");
    fold.tell("m1");
    assertThat(fold.round.server().nonRevealQuorum()).isEmpty();
    assertThat(fold.effectNames()).isEmpty();
    fold.tell("m2");
    Bytes quorum = fold.round.server().nonRevealQuorum().orElseThrow();
    assertThat(fold.round.phase()).isEqualTo(new Voided());
    assertThat(fold.effectNames())
        .containsExactly(
            RoundEffect.NOTE.stored(),
            RoundEffect.ERASE_UPLOADS.stored(),
            "tell:m0",
            "tell:m1",
            "tell:m2",
            "tell:m3",
            RoundEffect.ADVANCE.stored());

    fold.open(fold.world.task(1, 1, List.of(quorum)));
    assertThat(fold.round.phase()).isEqualTo(new Dispatching());
    assertThat(fold.round.task().attempt()).isEqualTo(1);
    assertThat(fold.round.server().declined()).isEmpty();
    fold.dispatched();
    fold.upload("m0", "m1", "m2", "m3");
    assertThat(fold.round.phase()).isEqualTo(new Certifying());
    assertThat(fold.round.version()).isEqualTo(fold.events.size());
  }

  @Test
  void theSameReasonsInTwoAttemptsMakeAnotherOneHopeless() throws Refusal {
    fold.dispatched();
    giveUp();
    assertThat(fold.round.hopeless()).as("after one attempt").isFalse();
    fold.open(fold.world.task(1, 1, List.of(fold.round.server().nonRevealQuorum().orElseThrow())));
    assertThat(fold.round.memberReasons()).isEmpty();
    fold.dispatched();
    giveUp();
    assertThat(fold.round.hopeless()).isTrue();
    assertThat(fold.replayed().hopeless()).isTrue();
    assertThat(fold.round.reason()).isEqualTo("m0, m1: no data");
    assertThat(fold.round.memberReasons()).containsExactly("m0: no data", "m1: no data");
  }

  private void giveUp() throws Refusal {
    fold.give(fold.world.decline(fold.round, "m0"));
    fold.give(fold.world.decline(fold.round, "m1"));
    fold.tick();
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m2");
  }

  @Test
  void otherReasonsThanBeforeAreNotHopelessAndNumbersInThemDoNotCount() {
    Reasons first = Reasons.NONE.with("m0", "out of memory: 64 MiB").with("m1", "no data");
    assertThat(first.again(List.of("m0", "m1"))).isZero();
    Reasons second =
        first.nextAttempt().with("m0", "out of memory: 65 MiB").with("m1", "other data");
    assertThat(second.again(List.of("m0", "m1", "m2"))).isEqualTo(1);
    assertThat(second.text()).isEqualTo("m0: out of memory: 65 MiB; m1: other data");
    assertThat(second.without("m0").lines()).containsExactly("m1: other data");
  }

  @Test
  void reasonsAreOneShortLine() {
    String text = Reasons.NONE.with("m0", "a\nb\t" + "c".repeat(600)).text();
    assertThat(text).startsWith("m0: a b ccc").hasSizeLessThan(520);
    assertThat(Reasons.NONE.with("m0", " ").text()).isEqualTo("m0: no reason given");
  }

  @Test
  void whoRefusesTheTaskIsNotWaitedFor() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1", "m2");
    assertThat(fold.tick()).isEmpty();
    assertThat(fold.give(new RoundMessage.Refused("m3", "no"))).containsExactly("MEMBER_REFUSED");
    assertThat(fold.give(new RoundMessage.Refused("m3", "no"))).as("once").isEmpty();
    assertThat(fold.give(new RoundMessage.Refused("m0", "no"))).as("it uploaded").isEmpty();
    assertThat(fold.tick()).containsExactly("SURVIVORS_FROZEN");
    assertThat(RoundSummaries.of(fold.round).getReasonsList()).containsExactly("m3: no");
  }

  @Test
  void whoRefusedAndUploadsAfterAllIsInIt() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1");
    fold.give(new RoundMessage.Refused("m3", "no checkpoint"));
    fold.upload("m3");
    assertThat(fold.round.memberReasons()).isEmpty();
    fold.upload("m2");
    assertThat(fold.round.server().survivors()).hasSize(4);
  }

  @Test
  void tooManyRefusalsGiveTheTokenUpAndAreNoNonReveals() throws Refusal {
    fold.dispatched();
    fold.give(new RoundMessage.Refused("m0", "already summed"));
    assertThat(fold.tick()).isEmpty();
    fold.give(new RoundMessage.Refused("m1", "already summed"));
    assertThat(fold.tick()).containsExactly("NON_REVEAL_CHOSEN");
    assertThat(fold.round.reason()).isEqualTo("m0, m1: already summed");
    assertThat(fold.round.server().nonRevealQuorum()).isEmpty();
    assertThat(fold.round.server().waiting().answered()).isZero();
    assertThat(fold.tick()).as("they are asked for NonReveals, too").isEmpty();
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m2");
    assertThat(fold.round.server().nonRevealQuorum()).isPresent();
  }

  @Test
  void whoCannotTakeTheResultIsNamedAndWithTooFewLeftTheRoundEnds() throws Refusal {
    fold.dispatched();
    fold.upload("m0", "m1", "m2", "m3");
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m2");
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m3");
    fold.give(fold.world.applied(fold.round));
    assertThat(fold.round.phase()).isEqualTo(new Agreeing());
    fold.give(fold.world.adopt(fold.round, "m0"));
    assertThat(fold.give(new RoundMessage.Refused("m3", "RESULT_NOT_TAKEN: no memory")))
        .containsExactly("MEMBER_REFUSED");
    assertThat(RoundSummaries.of(fold.round).getReasonsList())
        .containsExactly("m3: RESULT_NOT_TAKEN: no memory");
    assertThat(fold.tick()).as("three are enough").isEmpty();
    assertThat(fold.give(new RoundMessage.Refused("m2", "SUM_MISMATCH: leaf 0")))
        .containsExactly("MEMBER_REFUSED", "ABORTED");
    assertThat(fold.round.reason())
        .isEqualTo(
            "too few go on from AGREEING: m2: SUM_MISMATCH: leaf 0;"
                + " m3: RESULT_NOT_TAKEN: no memory");
  }

  @Test
  void withMoreStoresLostThanAnyQuorumCanSpareTheRoundEndsByName() throws Refusal {
    fold.dispatched();
    fold.give(new RoundMessage.Refused("m0", "STORE_LOST: another one"));
    fold.give(new RoundMessage.Refused("m1", "STORE_LOST: another one"));
    assertThat(fold.tick()).containsExactly("NON_REVEAL_CHOSEN");
    assertThat(fold.give(new RoundMessage.Refused("m0", "STORE_LOST: another one"))).hasSize(1);
    assertThat(fold.give(new RoundMessage.Refused("m1", "STORE_LOST: another one")))
        .containsExactly("MEMBER_REFUSED", "ABORTED");
    assertThat(fold.round.reason())
        .isEqualTo("too few go on from VOIDING: m0, m1: STORE_LOST: another one");
    assertThat(fold.replayed().reason()).isEqualTo(fold.round.reason());
  }

  @Test
  void aLostStoreAfterTheUploadsIsNotWaitedForInVain() throws Refusal {
    fold.certifying();
    fold.give(new RoundMessage.Refused("m3", "STORE_LOST: another one"));
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m2");
    assertThat(fold.round.phase()).isEqualTo(new Unmasking());
  }

  @Test
  void refusedSignaturesGiveTheTokenUpAtOnce() throws Refusal {
    fold.certifying();
    assertThat(fold.give(new RoundMessage.Refused("m0", "no"))).containsExactly("MEMBER_REFUSED");
    assertThat(fold.give(new RoundMessage.Refused("m1", "no")))
        .containsExactly("MEMBER_REFUSED", "NON_REVEAL_CHOSEN");
  }

  @Test
  void aResultThatTooManyRefuseEndsTheRound() throws Refusal {
    fold.applying();
    fold.give(fold.world.applied(fold.round));
    fold.give(fold.world.adopt(fold.round, "m0"));
    assertThat(fold.give(new RoundMessage.Refused("m0", "no"))).as("it signed").isEmpty();
    assertThat(fold.give(new RoundMessage.Refused("m1", "no sum"))).hasSize(1);
    assertThat(fold.give(new RoundMessage.Refused("m2", "no sum")))
        .containsExactly("MEMBER_REFUSED", "ABORTED");
    assertThat(fold.round.reason()).isEqualTo("too few go on from AGREEING: m1, m2: no sum");
  }

  @Test
  void signaturesThatDoNotComeEndTheAttempt() throws Refusal {
    fold.certifying();
    fold.tell("m0");
    fold.clock.advance(Fold.STALL.minusMillis(1));
    assertThat(fold.tick("m1", "m2", "m3")).isEmpty();
    fold.clock.advance(java.time.Duration.ofMillis(1));
    assertThat(fold.tick()).as("everyone is still connected").isEmpty();
    assertThat(fold.tick("m1", "m2", "m3")).containsExactly("NON_REVEAL_CHOSEN");
    assertThat(fold.round.phase()).isEqualTo(new Voiding());
  }

  @Test
  void theCertificateIsChosenOnceAndNeverAfterNonReveal() throws Refusal {
    fold.certifying();
    List<RoundMessage> signatures = new ArrayList<>();
    for (String name : RoundWorld.NAMES) {
      for (byte[] answer : fold.world.answers(fold.round, name)) {
        signatures.add(new RoundMessage.FromMember(name, answer));
      }
    }
    assertThat(signatures).hasSize(4);
    List<RoundEvent> before = List.copyOf(fold.events);
    Round frozen = fold.round;
    for (int pass = 0; pass < 2; pass++) {
      for (RoundMessage signature : signatures) {
        fold.give(signature);
      }
    }
    assertThat(fold.events).filteredOn(RoundEvent::hasCertificateChosen).hasSize(1);
    RoundEvent nonReveal =
        RoundEvent.newBuilder().setNonRevealChosen(NonRevealChosen.getDefaultInstance()).build();
    assertThatThrownBy(() -> fold.round.apply(nonReveal, fold.world.epochs(), fold.world.notary))
        .isInstanceOf(IllegalStateException.class);
    fold.clock.advance(Fold.STALL.multipliedBy(5));
    assertThat(fold.tick("m0", "m1", "m2", "m3")).as("no way back").isEmpty();

    Fold other = new Fold(fold.world);
    other.events.clear();
    other.events.addAll(before);
    other.round = frozen;
    other.clock.advance(Fold.STALL);
    other.give(signatures.get(0));
    assertThat(other.tick("m1", "m2", "m3")).containsExactly("NON_REVEAL_CHOSEN");
    for (RoundMessage signature : signatures) {
      assertThat(other.give(signature)).isEmpty();
    }
    RoundEvent certificate =
        RoundEvent.newBuilder()
            .setCertificateChosen(CertificateChosen.getDefaultInstance())
            .build();
    assertThatThrownBy(() -> other.round.apply(certificate, fold.world.epochs(), fold.world.notary))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("does not follow");
    assertThat(other.round.server().certificate()).isEmpty();
  }

  @Test
  void everyPrefixOfTheEventsReplaysToTheSamePhaseAndOutgoing() throws Exception {
    fold.recording();
    fold.give(new RoundMessage.Logged());
    assertThat(fold.events.size()).isGreaterThan(12);
    Round again = null;
    for (int i = 0; i < fold.events.size(); i++) {
      RoundEvent event = RoundEvent.parseFrom(fold.events.get(i).toByteArray());
      again =
          again == null
              ? Round.opened(null, event, fold.world.epochs(), fold.world.notary)
              : again.apply(event, fold.world.epochs(), fold.world.notary);
      Round live = fold.states.get(i);
      assertThat(again.phase()).isEqualTo(live.phase());
      assertThat(again.version()).isEqualTo(i + 1);
      assertThat(again.phaseSince()).isEqualTo(live.phaseSince());
      assertThat(again.sum()).isEqualTo(live.sum());
      assertThat(again.server().checkpoint()).isEqualTo(live.server().checkpoint());
      for (String name : RoundWorld.NAMES) {
        assertThat(payloads(again.server(), name)).isEqualTo(payloads(live.server(), name));
      }
    }
  }

  @Test
  void replayMidwayGivesTheSameOutgoing() throws Refusal {
    fold.certifying();
    fold.tell("m0");
    fold.tell("m1");
    fold.tell("m2");
    Round again = fold.replayed();
    assertThat(again.phase()).isEqualTo(new Unmasking());
    assertThat(again.server().certificate()).isEqualTo(fold.round.server().certificate());
    for (String name : RoundWorld.NAMES) {
      assertThat(payloads(again.server(), name))
          .isNotEmpty()
          .isEqualTo(payloads(fold.round.server(), name));
    }
  }

  @Test
  void anyOpenRoundCanBeAbortedAndAClosedOneCannot() throws Refusal {
    fold.dispatched();
    assertThat(fold.give(new RoundMessage.Abort("told to"))).containsExactly("ABORTED");
    assertThat(fold.round.phase()).isEqualTo(new Closed(false));
    assertThat(fold.round.reason()).isEqualTo("told to");
    assertThat(fold.effectNames())
        .containsExactly(
            RoundEffect.NOTE.stored(),
            RoundEffect.ERASE_UPLOADS.stored(),
            RoundEffect.FORGET.stored(),
            RoundEffect.ADVANCE.stored());
    assertThat(fold.give(new RoundMessage.Abort("again"))).isEmpty();
    assertThat(fold.tick("m0", "m1", "m2", "m3")).isEmpty();
  }

  @Test
  void aSumThatCannotBeAppliedAbortsTheRound() throws Refusal {
    fold.applying();
    assertThat(fold.give(new RoundMessage.CannotApply("no weight"))).containsExactly("ABORTED");
    assertThat(fold.round.reason()).isEqualTo("no weight");
  }

  @Test
  void anotherMembersEnvelopeIsRefusedWithItsCulprit() {
    byte[] forged = fold.world.notary.seal("secagg.decline.v1", 0, 0, new byte[3]);
    assertThatThrownBy(() -> fold.give(new RoundMessage.FromMember("m0", forged)))
        .isInstanceOf(Refusal.class);
    assertThat(fold.events).hasSize(1);
  }

  private List<Object> payloads(RoundServer server, String member) {
    List<Object> payloads = new ArrayList<>();
    for (byte[] sealed : server.outgoing(member)) {
      try {
        payloads.add(fold.world.notary.open(sealed));
      } catch (org.concordat.secureagg.BadEnvelopeException bad) {
        throw new AssertionError(bad);
      }
    }
    return payloads;
  }
}

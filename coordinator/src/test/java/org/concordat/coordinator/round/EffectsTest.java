package org.concordat.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.round.event.RoundEvent;
import org.concordat.secureagg.Refusal;
import org.concordat.store.EventStore.Effect;
import org.junit.jupiter.api.Test;

class EffectsTest {
  private final Fold fold = new Fold(new RoundWorld());

  @Test
  void theOpeningIsLoggedBeforeAnyoneIsTold() {
    assertThat(fold.effectNames())
        .containsExactly(
            RoundEffect.LOG.stored(),
            "tell:m0",
            "tell:m1",
            "tell:m2",
            "tell:m3",
            RoundEffect.TASKS_SENT.stored());
  }

  @Test
  void phasesAreNotedBeforeMembersAreTold() throws Refusal {
    fold.dispatched();
    assertThat(fold.effectNames()).isEmpty();
    fold.upload("m0", "m1", "m2");
    assertThat(fold.effectNames()).isEmpty();
    fold.upload("m3");
    assertThat(fold.effectNames())
        .containsExactly(RoundEffect.NOTE.stored(), "tell:m0", "tell:m1", "tell:m2", "tell:m3");
  }

  @Test
  void everyPhaseHasItsEffects() throws Refusal {
    fold.applying();
    assertThat(fold.effectNames())
        .containsExactly(RoundEffect.NOTE.stored(), RoundEffect.COMBINE.stored());
    fold.give(fold.world.applied(fold.round));
    assertThat(fold.effectNames())
        .containsExactly(
            RoundEffect.NOTE.stored(),
            RoundEffect.KEEP_EVIDENCE.stored(),
            "tell:m0",
            "tell:m1",
            "tell:m2",
            "tell:m3");
  }

  @Test
  void theReleaseIsLoggedBeforeItIsSaidToBeAndPublishedAfter() throws Refusal {
    fold.recording();
    assertThat(fold.effectNames())
        .containsExactly(RoundEffect.LOG.stored(), RoundEffect.LOGGED.stored());
    fold.give(new RoundMessage.Logged());
    assertThat(fold.effectNames())
        .containsExactly(
            RoundEffect.NOTE.stored(),
            RoundEffect.PUBLISH.stored(),
            "tell:m0",
            "tell:m1",
            "tell:m2",
            "tell:m3",
            RoundEffect.ADVANCE.stored());
  }

  @Test
  void theReleaseEntrySaysWhatWasReleasedAndFromWhom() throws Refusal {
    fold.recording();
    AuditEntry entry = AuditEntry.parse(fold.effects.get(0).body());
    assertThat(entry.type()).isEqualTo(EntryType.MODEL_RELEASE);
    assertThat(entry.subject()).isEqualTo("job-1/1");
    assertThat(entry.outcome()).isEqualTo(EntryOutcome.OK);
    assertThat(entry.id()).isEqualTo("round/job-1/000000/" + fold.round.version());
    assertThat(entry.alliance()).contains("alliance");
    assertThat(entry.round()).hasValue(1);
    assertThat(entry.details())
        .containsEntry("survivors", "m0,m1,m2,m3")
        .containsEntry("token", "1/0");
    assertThat(entry.digests())
        .containsEntry("state", RoundWorld.NEXT.hex())
        .containsEntry("model", RoundWorld.digest("next-model").hex())
        .containsEntry("task", fold.round.task().digest().hex())
        .containsKeys("sum", "certificate", "upload.m0", "upload.m1", "upload.m2", "upload.m3");
  }

  @Test
  void anAbortIsAFailedEntryWithItsReason() throws Refusal {
    fold.give(new RoundMessage.Abort("told to"));
    AuditEntry entry = AuditEntry.parse(fold.effects.get(0).body());
    assertThat(entry.outcome()).isEqualTo(EntryOutcome.FAILED);
    assertThat(new String(fold.effects.get(0).body(), StandardCharsets.UTF_8)).contains("told to");
  }

  @Test
  void theSameEventTwiceIsTheSameEntry() throws Refusal {
    fold.recording();
    fold.give(new RoundMessage.Logged());
    Round before = null;
    Round twin = null;
    int compared = 0;
    for (RoundEvent event : fold.events) {
      Round after =
          before == null
              ? Round.opened(null, event, fold.world.epochs(), fold.world.notary)
              : before.apply(event, fold.world.epochs(), fold.world.notary);
      Round again =
          twin == null
              ? Round.opened(null, event, fold.world.epochs(), fold.world.notary)
              : twin.apply(event, fold.world.epochs(), fold.world.notary);
      assertThat(RoundEntries.of(event, again).canonicalBytes())
          .isEqualTo(RoundEntries.of(event, after).canonicalBytes());
      var first = Effects.of(Optional.ofNullable(before), event, after);
      var second = Effects.of(Optional.ofNullable(twin), event, again);
      assertThat(second)
          .extracting(Effect::kind)
          .isEqualTo(first.stream().map(Effect::kind).toList());
      assertThat(second)
          .extracting(Effect::body)
          .containsExactlyElementsOf(first.stream().map(Effect::body).toList());
      before = after;
      twin = again;
      compared++;
    }
    assertThat(compared).isEqualTo(fold.events.size());
  }
}

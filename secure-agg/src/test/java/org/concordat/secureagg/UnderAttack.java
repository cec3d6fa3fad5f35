package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.BeforeEach;

/** Four members whose uploads for round 0 are in, and a coordinator that now lies. */
abstract class UnderAttack {
  World world;
  Task task;
  RoundServer round;

  @BeforeEach
  void uploadsAreIn() throws Refusal {
    world = new World(4, 0, 5);
    world.runEpoch(1, Set.of());
    task = world.task(0, 0, 0, 50, World.INITIAL, List.of());
    round = world.flight(world.startRound(task), Set.of());
  }

  /** The member refuses and names the coordinator, and its disk is what it was. */
  final void refused(int member, Message message, Reason reason) {
    refused(member, world.seal(message), reason, World.COORDINATOR);
  }

  final void refused(int member, byte[] sealed, Reason reason, String culprit) {
    Site site = world.site(member);
    TreeMap<String, byte[]> before = new TreeMap<>(site.disk);
    assertNames(refusal(() -> site.handle(sealed)), reason, culprit);
    assertThat(site.disk).usingRecursiveComparison().isEqualTo(before);
  }

  static Refusal refusal(ThrowingCallable call) {
    return Assertions.catchThrowableOfType(Refusal.class, call);
  }

  static void assertNames(Refusal refusal, Reason reason, String culprit) {
    assertThat(refusal).isNotNull();
    assertThat(refusal.reason()).as(refusal.getMessage()).isEqualTo(reason);
    assertThat(refusal.culprit()).isEqualTo(culprit);
  }

  static <M extends Message> M open(World world, byte[] sealed, Class<M> type) throws Refusal {
    return type.cast(Inbox.open(world.notary, sealed).message());
  }

  /** The set with the roots of what these members uploaded. */
  final Survivors survivors(int... indices) {
    List<Survivors.Upload> uploads = new ArrayList<>();
    for (int i : indices) {
      String name = world.cohort.members().get(i);
      uploads.add(new Survivors.Upload(i, round.uploads().get(name)));
    }
    return new Survivors(task.ref(), uploads);
  }

  /** What a member answers, one message. */
  final Bytes answer(int member, Message message) throws Refusal {
    List<byte[]> answers = world.site(member).handle(world.seal(message));
    assertThat(answers).hasSize(1);
    return Bytes.of(answers.get(0));
  }
}

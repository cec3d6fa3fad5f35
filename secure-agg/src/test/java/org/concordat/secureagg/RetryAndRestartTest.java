package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Step;
import org.junit.jupiter.api.Test;

class RetryAndRestartTest {
  @Test
  void retryUnderNonReveal() throws Refusal {
    World world = new World(4, 0, 21);
    world.runEpoch(1, Set.of());
    Task first = world.task(0, 0, 0, 40, World.INITIAL, List.of());
    RoundServer attempt = world.flight(world.startRound(first), Set.of(2));
    attempt = world.flight(attempt.freezeSurvivors(), Set.of());
    RoundServer certified = attempt.chooseCertificate();
    assertThatThrownBy(certified::chooseNonReveal).isInstanceOf(Refusal.class);
    attempt = world.flight(attempt.chooseNonReveal(), Set.of(1));
    assertThat(attempt.phase()).isEqualTo(RoundServer.Phase.VOIDED);
    RoundServer voided = attempt;
    assertThatThrownBy(voided::chooseCertificate).isInstanceOf(Refusal.class);
    Bytes quorum = attempt.nonRevealQuorum().orElseThrow();

    Task second = world.task(0, 1, 1, 40, World.INITIAL, List.of(quorum));
    RoundServer retry = world.flight(world.startRound(second), Set.of());
    retry = world.finish(retry, Set.of(), World.digest("s0"));
    assertThat(retry.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    for (Site site : world.sites.values()) {
      assertThat(site.noticed(Notice.AttemptVoided.class)).hasSize(1);
      assertThat(site.blobs).isEmpty();
      assertThat(site.disk.keySet())
          .doesNotContain("secret/1/0", "secret/1/1")
          .contains("secret/1/2");
    }
  }

  @Test
  void everyMemberRestartsAfterEveryStep() throws Refusal {
    World world = new World(5, 0, 22);
    world.sites.values().forEach(site -> site.restartAlways = true);
    world.runEpoch(1, Set.of(4));
    Task task = world.task(0, 0, 0, 40, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of(3, 4));
    round = world.flight(round.chooseNonReveal(), Set.of(4));
    Task retry =
        world.task(0, 1, 1, 40, World.INITIAL, List.of(round.nonRevealQuorum().orElseThrow()));
    round =
        world.finish(
            world.flight(world.startRound(retry), Set.of(4)), Set.of(4), World.digest("s0"));
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
    byte[] certificate = world.epoch.certificate().orElseThrow();
    world.runEpoch(2, Set.of());
    // who sat epoch 1 out holds no shares of it, but can check its quorums: the checkpoint brings
    // it up to date
    byte[] checkpoint = round.outgoing(world.site(4).name).get(0);
    assertThatThrownBy(() -> world.site(4).handle(checkpoint))
        .hasMessageContaining("EPOCH_UNKNOWN");
    world.site(4).handle(certificate);
    assertThat(world.site(4).member().epoch()).hasValue(2);
    world.site(4).handle(checkpoint);
    Task next = world.task(1, 0, 0, 40, World.digest("s0"), List.of());
    round =
        world.finish(world.flight(world.startRound(next), Set.of()), Set.of(), World.digest("s1"));
    assertThat(round.survivors()).hasSize(5);
  }

  /**
   * Every answer is lost once after it became durable; asked again, a restarted member gives the
   * same payload.
   */
  @Test
  void aKillBetweenPersistAndSend() throws Refusal {
    World world = new World(4, 0, 23);
    EpochServer epoch = EpochServer.start(world.cohort, 1, null, world.notary);
    while (epoch.phase() != EpochServer.Phase.CERTIFIED) {
      EpochServer next = epoch;
      for (Site site : world.sites.values()) {
        for (byte[] sealed : epoch.outgoing(site.name)) {
          next = acceptAll(next, twice(world, site, sealed));
        }
      }
      epoch = next;
    }
    for (Site site : world.sites.values()) {
      for (byte[] sealed : epoch.outgoing(site.name)) {
        site.handle(sealed);
      }
    }
    world.epoch = epoch;
    world.lastManifest = epoch.manifest().orElseThrow();
    Task task = world.task(0, 0, 0, 40, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of());
    for (Site site : world.sites.values()) {
      byte[] before = site.blobs.get("y/1/0");
      site.restart();
      site.handle(world.seal(task));
      site.apply(m -> m.protect(task.digest(), new double[40], 99));
      assertThat(site.blobs.get("y/1/0")).isSameAs(before);
      assertThat(site.uploads).hasSize(3).allMatch(site.uploads.get(0)::equals);
    }
    round = twice(world, round.freezeSurvivors()).chooseCertificate();
    round = twice(world, round);
    int[] sum = world.sum(round);
    round = twice(world, round.result(MerkleRoot.ofWords(sum), World.digest("s0")));
    for (Site site : world.sites.values()) {
      List<byte[]> first = site.apply(m -> m.adopt(task.digest(), sum, World.digest("s0")));
      site.restart();
      List<byte[]> again = site.apply(m -> m.adopt(task.digest(), sum, World.digest("s0")));
      assertThat(again).usingRecursiveComparison().isEqualTo(first);
      round = round.accept(again.get(0));
    }
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
  }

  private static EpochServer acceptAll(EpochServer epoch, List<byte[]> answers) throws Refusal {
    EpochServer next = epoch;
    for (byte[] answer : answers) {
      next = next.accept(answer);
    }
    return next;
  }

  private static RoundServer twice(World world, RoundServer round) throws Refusal {
    RoundServer next = round;
    for (Site site : world.sites.values()) {
      for (byte[] sealed : round.outgoing(site.name)) {
        for (byte[] answer : twice(world, site, sealed)) {
          next = next.accept(answer).accept(answer);
        }
      }
    }
    return next;
  }

  private static List<byte[]> twice(World world, Site site, byte[] sealed) throws Refusal {
    List<byte[]> lost = site.handle(sealed);
    TreeMap<String, byte[]> disk = new TreeMap<>(site.disk);
    site.restart();
    List<byte[]> again = site.handle(sealed);
    assertThat(again).usingRecursiveComparison().isEqualTo(lost);
    assertThat(site.disk).usingRecursiveComparison().isEqualTo(disk);
    assertThat(world.cohort.members()).contains(site.name);
    return again;
  }

  /**
   * A step whose transaction was lost: the member restarts from before it and answers as if for the
   * first time.
   */
  @Test
  void aKillBeforePersist() throws Refusal {
    World world = new World(4, 0, 24);
    world.runEpoch(1, Set.of());
    Task task = world.task(0, 0, 0, 40, World.INITIAL, List.of());
    RoundServer round = world.startRound(task);
    for (Site site : world.sites.values()) {
      site.handle(world.seal(task));
      Step lost = site.member().protect(task.digest(), new double[40], 1);
      assertThat(lost.actions()).anyMatch(Action.PersistBlob.class::isInstance);
      site.restart();
      assertThat(site.member().openTasks()).hasSize(1);
      round = world.upload(round, site, world.update(site.name, task), 2);
    }
    round = world.finish(round, Set.of(), World.digest("s0"));
    assertThat(round.phase()).isEqualTo(RoundServer.Phase.CHECKPOINTED);
  }

  @Test
  void theServersReplay() throws Refusal {
    World world = new World(4, 0, 25);
    world.runEpoch(1, Set.of(3));
    EpochServer epoch = EpochServer.start(world.cohort, 1, null, new TestNotary(World.COORDINATOR));
    for (byte[] accepted : world.epochLog) {
      try {
        epoch = epoch.accept(accepted);
      } catch (Refusal closed) {
        // the log of this test does not hold the closings: do as the operator did
        assertThat(closed.reason()).isEqualTo(Refusal.Reason.WRONG_STEP);
        epoch = epoch.closeStep().accept(accepted);
      }
    }
    assertThat(epoch.manifest()).isEqualTo(world.epoch.manifest());
    assertThat(payloads(world, List.of(epoch.certificate().orElseThrow())))
        .isEqualTo(payloads(world, List.of(world.epoch.certificate().orElseThrow())));

    Task task = world.task(0, 0, 0, 40, World.INITIAL, List.of());
    Recording live = new Recording(RoundServer.start(world.epoch, task, world.notary));
    Recording copy = new Recording(RoundServer.start(epoch, task, world.notary));
    Map<String, byte[]> wires = new HashMap<>();
    for (int i = 0; i < 3; i++) {
      Site site = world.site(i);
      site.handle(world.seal(task));
      site.apply(m -> m.protect(task.digest(), new double[40], 1));
      byte[] commitment = site.uploads.get(0).sealedCommitment().toArray();
      wires.put(site.name, site.blobs.get(site.uploads.get(0).blobKey()));
      live.step(r -> r.acceptUpload(commitment));
      live.step(r -> r.acceptUpload(commitment));
    }
    live.step(RoundServer::freezeSurvivors);
    answers(world, live);
    live.step(RoundServer::chooseCertificate);
    answers(world, live);
    live.step(r -> r.result(World.digest("root"), World.digest("next")));
    for (Recording.Event event : live.events) {
      copy.step(event);
    }
    assertThat(copy.server.phase()).isEqualTo(RoundServer.Phase.AGREEING);
    for (Site site : world.sites.values()) {
      assertThat(payloads(world, copy.server.outgoing(site.name)))
          .isEqualTo(payloads(world, live.server.outgoing(site.name)));
    }
    assertThat(copy.server.unmaskingInput()).isEqualTo(live.server.unmaskingInput());
    assertThat(copy.server.waiting()).isEqualTo(live.server.waiting());
  }

  private static void answers(World world, Recording live) throws Refusal {
    for (Site site : world.sites.values()) {
      for (byte[] message : live.server.outgoing(site.name)) {
        for (byte[] answer : site.handle(message)) {
          live.step(r -> r.accept(answer));
        }
      }
    }
  }

  private static final class Recording {
    interface Event {
      RoundServer apply(RoundServer round) throws Refusal;
    }

    RoundServer server;
    final List<Event> events = new ArrayList<>();

    Recording(RoundServer server) {
      this.server = server;
    }

    void step(Event event) throws Refusal {
      server = event.apply(server);
      events.add(event);
    }
  }

  private static List<Object> payloads(World world, List<byte[]> sealed) throws Refusal {
    List<Object> payloads = new ArrayList<>();
    for (byte[] one : sealed) {
      payloads.add(Inbox.open(world.notary, one).message());
    }
    return payloads;
  }

  /**
   * After a token closed nothing on the disk opens it; after the manifest no key of the set-up is
   * left.
   */
  @Test
  void seizure() throws Refusal {
    World world = new World(4, 0, 26);
    Set<String> secrets = new HashSet<>();
    EpochServer.Phase before = null;
    world.epoch = EpochServer.start(world.cohort, 1, null, world.notary);
    while (world.epoch.phase() != EpochServer.Phase.CERTIFIED) {
      world.exchange(Set.of());
      assertThat(world.epoch.phase()).isNotEqualTo(before);
      before = world.epoch.phase();
      world
          .sites
          .values()
          .forEach(site -> collect(site, secrets, "forming/private-keys", "forming/pair-key/"));
    }
    world.exchange(Set.of());
    world.lastManifest = world.epoch.manifest().orElseThrow();
    assertThat(secrets).hasSizeGreaterThanOrEqualTo(4 + 6);
    for (Site site : world.sites.values()) {
      assertThat(site.disk.keySet()).noneMatch(key -> key.startsWith("forming/"));
      assertThat(everything(site)).doesNotContain(secrets.toArray(CharSequence[]::new));
    }
    Set<String> tokenSecrets = new HashSet<>();
    world.sites.values().forEach(site -> collect(site, tokenSecrets, "secret/1/0"));
    Task task = world.task(0, 0, 0, 40, World.INITIAL, List.of());
    RoundServer round = world.flight(world.startRound(task), Set.of());
    world.finish(round, Set.of(), World.digest("s0"));
    for (Site site : world.sites.values()) {
      assertThat(site.disk.keySet()).doesNotContain("secret/1/0");
      assertThat(site.blobs).isEmpty();
      for (String secret : tokenSecrets) {
        assertThat(everything(site)).doesNotContain(secret.substring(0, 64));
      }
    }
  }

  private static void collect(Site site, Set<String> secrets, String... prefixes) {
    site.disk.forEach(
        (key, value) -> {
          if (Arrays.stream(prefixes).anyMatch(key::startsWith)) {
            secrets.add(HexFormat.of().formatHex(value));
          }
        });
  }

  private static String everything(Site site) {
    StringBuilder all = new StringBuilder();
    site.disk.values().forEach(value -> all.append(HexFormat.of().formatHex(value)).append('|'));
    return all.toString();
  }

  @Test
  void theOldEpochRetiresOnlyWhenTheCertificateIsSeen() throws Refusal {
    World world = new World(4, 0, 27);
    world.runEpoch(1, Set.of());
    world.epoch = EpochServer.start(world.cohort, 2, world.lastManifest, world.notary);
    while (world.epoch.phase() != EpochServer.Phase.CERTIFIED) {
      world.exchange(Set.of());
    }
    Site site = world.site(0);
    assertThat(site.disk.keySet()).contains("secret/1/0", "secret/2/0");
    assertThat(site.member().epoch()).hasValue(1);
    Task old = world.task(0, 0, 3, 10, World.INITIAL, List.of());
    site.handle(world.seal(old));
    site.apply(m -> m.protect(old.digest(), new double[10], 1));
    site.handle(world.epoch.certificate().orElseThrow());
    assertThat(site.member().epoch()).hasValue(2);
    assertThat(site.disk.keySet())
        .contains("secret/2/0")
        .noneMatch(key -> key.startsWith("secret/1/"));
    assertThat(site.blobs).isEmpty();
    assertThat(site.noticed(Notice.EpochRetired.class)).hasSize(1);
    // an honest word about the retired token is still possible: it revealed nothing and cannot any
    // more
    assertThat(
            site.handle(
                world.seal(new org.concordat.secureagg.message.NonRevealRequest(old.ref()))))
        .hasSize(1);
    assertThatThrownBy(() -> site.handle(world.seal(old)))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("EPOCH_OLD");
  }
}

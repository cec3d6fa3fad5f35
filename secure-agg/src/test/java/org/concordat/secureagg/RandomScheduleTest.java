package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.step.Action;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A coordinator that sends whatever it can build, to whom it likes, in any order, with members
 * restarting: never two openable sums for one (job, round), never both kinds of share, never two y
 * for one token.
 */
class RandomScheduleTest {
  private static final int TOKENS = 3;
  private static final Map<Integer, World> WORLDS = new HashMap<>();

  private static World world(int members) {
    return WORLDS.computeIfAbsent(members, RandomScheduleTest::start);
  }

  private static World start(int members) {
    World world = new World(members, members == 6 ? 1 : 0, 51);
    try {
      world.runEpoch(1, Set.of());
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
    return world;
  }

  @TestFactory
  Stream<DynamicTest> neverTwoSums() {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger retried = new AtomicInteger();
    Stream<DynamicTest> runs =
        Seeded.property(
            "random schedules",
            20,
            random -> {
              Run run = new Run(random, world(4 + random.nextInt(4)));
              run.play(120);
              opened.addAndGet(run.opened);
              retried.addAndGet(run.tasks.size() > 3 ? 1 : 0);
            });
    DynamicTest power =
        DynamicTest.dynamicTest(
            "the schedules reach sums and retries",
            () -> {
              assertThat(opened.get()).isPositive();
              assertThat(retried.get()).isPositive();
            });
    return System.getProperty("seed") == null ? Stream.concat(runs, Stream.of(power)) : runs;
  }

  private static final class Run {
    final RandomGenerator random;
    final World world;
    int opened;
    final Map<String, Site> sites = new TreeMap<>();
    final List<Task> tasks = new ArrayList<>();
    final Map<Digest, List<Bytes>> nonReveals = new HashMap<>();
    final Map<Digest, List<Bytes>> survivorSignatures = new HashMap<>();
    final Map<Digest, Map<String, Digest>> roots = new HashMap<>();
    final Map<Digest, Survivors> sets = new HashMap<>();
    final Map<Digest, Map<String, Set<Digest>>> reveals = new HashMap<>();

    Run(RandomGenerator random, World world) {
      this.random = random;
      this.world = world;
      world.sites.forEach((name, site) -> sites.put(name, site.fork()));
      tasks.add(world.task(0, 0, 0, 3, World.INITIAL, List.of()));
      tasks.add(world.task(0, 0, 1, 3, World.INITIAL, List.of()));
      tasks.add(world.task(0, 0, 0, 4, World.INITIAL, List.of()));
    }

    void play(int steps) throws Refusal {
      for (int i = 0; i < steps; i++) {
        Message message = build();
        for (Site site : sites.values()) {
          if (random.nextInt(12) == 0) {
            site.restart();
          }
          if (message != null && random.nextInt(3) > 0) {
            deliver(site, message);
          }
          for (Task task : site.member().openTasks()) {
            if (random.nextBoolean()) {
              upload(site, task);
            }
          }
        }
      }
      check();
    }

    private Message build() {
      Task task = pick(tasks);
      switch (random.nextInt(5)) {
        case 0 -> {
          return task;
        }
        case 1 -> {
          return random.nextInt(3) == 0 ? new NonRevealRequest(task.ref()) : task;
        }
        case 2 -> {
          List<Survivors.Upload> uploads = new ArrayList<>();
          roots
              .getOrDefault(task.digest(), Map.of())
              .forEach(
                  (name, root) -> {
                    if (random.nextInt(5) > 0) {
                      uploads.add(new Survivors.Upload(world.cohort.indexOf(name), root));
                    }
                  });
          Survivors set = new Survivors(task.ref(), uploads);
          sets.put(set.digest(), set);
          return set;
        }
        case 3 -> {
          List<Map.Entry<Digest, List<Bytes>>> signed = List.copyOf(survivorSignatures.entrySet());
          if (signed.isEmpty()) {
            return null;
          }
          Map.Entry<Digest, List<Bytes>> one = pick(signed);
          Survivors set = sets.get(one.getKey());
          return new Certificate(
              set.ref(), Bytes.of(set.encode()), one.getValue(), world.commitments(set));
        }
        default -> {
          List<Bytes> signed = nonReveals.getOrDefault(task.digest(), List.of());
          if (signed.size() >= world.cohort.threshold()
              && tasks.size() < 6
              && task.attempt() == 0) {
            Bytes quorum = Bytes.of(new NonRevealQuorum(task.ref(), signed).encode());
            tasks.add(
                world.task(0, 1, TOKENS - 1 + tasks.size(), 3, World.INITIAL, List.of(quorum)));
          }
          return null;
        }
      }
    }

    private void deliver(Site site, Message message) throws Refusal {
      try {
        for (byte[] answer : site.handle(world.seal(message))) {
          collect(site, answer);
        }
      } catch (Refusal refused) {
        assertThat(refused.culprit()).isEqualTo(World.COORDINATOR);
      }
    }

    private void upload(Site site, Task task) {
      try {
        site.apply(m -> m.protect(task.digest(), new double[task.vectorLength()], 1));
        Action.Upload upload = site.uploads.get(site.uploads.size() - 1);
        UploadCommitment commitment =
            (UploadCommitment)
                Inbox.open(world.notary, upload.sealedCommitment().toArray()).message();
        Digest before =
            roots
                .computeIfAbsent(task.digest(), digest -> new TreeMap<>())
                .put(site.name, commitment.root());
        assertThat(before).as("one y for one token").isIn(null, commitment.root());
      } catch (Refusal refused) {
        assertThat(refused.reason()).isNotNull();
      }
    }

    private void collect(Site site, byte[] answer) throws Refusal {
      Message message = Inbox.open(world.notary, answer).message();
      if (message instanceof NonReveal nonReveal) {
        add(nonReveals, nonReveal.ref().taskDigest(), answer);
      } else if (message instanceof SurvivorSignature signature) {
        add(survivorSignatures, signature.survivorsDigest(), answer);
      } else if (message instanceof Reveal reveal) {
        reveals
            .computeIfAbsent(reveal.ref().taskDigest(), digest -> new TreeMap<>())
            .computeIfAbsent(site.name, name -> new HashSet<>())
            .add(reveal.digest());
      }
    }

    private void add(Map<Digest, List<Bytes>> map, Digest key, byte[] sealed) throws Refusal {
      List<Bytes> list = map.computeIfAbsent(key, digest -> new ArrayList<>());
      String sender = Inbox.open(world.notary, sealed).sender();
      for (Bytes one : list) {
        if (Inbox.open(world.notary, one.toArray()).sender().equals(sender)) {
          return;
        }
      }
      list.add(Bytes.of(sealed));
    }

    private void check() throws Refusal {
      for (Task task : tasks) {
        Map<String, Set<Digest>> revealed = reveals.getOrDefault(task.digest(), Map.of());
        revealed.values().forEach(all -> assertThat(all).as("one kind of share").hasSize(1));
        Set<String> denied = new HashSet<>();
        for (Bytes one : nonReveals.getOrDefault(task.digest(), List.of())) {
          denied.add(Inbox.open(world.notary, one.toArray()).sender());
        }
        denied.retainAll(revealed.keySet());
        assertThat(denied).as("revealed and denied").isEmpty();
        opened += revealed.size() >= world.cohort.threshold() ? 1 : 0;
      }
      assertThat(opened).as("sums opened for one round").isLessThanOrEqualTo(1);
    }

    private <T> T pick(List<T> list) {
      return list.get(random.nextInt(list.size()));
    }
  }
}

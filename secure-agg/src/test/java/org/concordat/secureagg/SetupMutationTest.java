package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.concordat.secureagg.SetupLies.Lie;
import org.concordat.secureagg.SetupLies.Step;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Every field of every message of an epoch's set-up altered, by a member that signs it again or by
 * a coordinator, with members dropping out at every step: it is noticed before a token is used, and
 * nobody honest is ever blamed.
 *
 * <p>What no one can check before an opening (the hashes of b and K, the recovery records W, a
 * dealer's share for itself) is found there: the round's sum is right or the liar is named.
 */
class SetupMutationTest {
  private static final List<Phase> DROPS =
      List.of(Phase.KEYS, Phase.ENCAPSULATIONS, Phase.DEPOSITS, Phase.CHECKS, Phase.SIGNATURES);

  private int runs;

  /** Which of the honest members go away, and before which step. */
  private static List<Map<Integer, Phase>> dropPatterns(int n, int liar, int most) {
    List<Map<Integer, Phase>> patterns = new ArrayList<>();
    patterns.add(Map.of());
    for (int depth = 0; depth < most; depth++) {
      for (Map<Integer, Phase> shorter : List.copyOf(patterns)) {
        int from = shorter.keySet().stream().max(Integer::compare).orElse(-1) + 1;
        if (shorter.size() == depth) {
          extend(shorter, from, n, liar, patterns);
        }
      }
    }
    return patterns;
  }

  private static void extend(
      Map<Integer, Phase> shorter, int from, int n, int liar, List<Map<Integer, Phase>> all) {
    for (int member = from; member < n; member++) {
      for (Phase phase : DROPS) {
        if (member != liar) {
          Map<Integer, Phase> longer = new TreeMap<>(shorter);
          longer.put(member, phase);
          all.add(longer);
        }
      }
    }
  }

  private static EpochDrill drill(int n, long seed, Map<Integer, Phase> drops) {
    EpochDrill drill = new EpochDrill(new World(n, 0, seed));
    drops.forEach((member, phase) -> drill.gone.put(drill.world.site(member).name, phase));
    return drill;
  }

  // --- a lying member

  private static int liesAt(Step step, int n, int liar) throws Refusal {
    int[] count = {0};
    EpochDrill drill = drill(n, 1, Map.of());
    Site site = drill.world.site(liar);
    drill.ofMembers =
        (sender, bytes, message) -> {
          if (sender == site && SetupLies.step(message, drill.world.notary) == step) {
            count[0] = SetupLies.of(site, message).size();
          }
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    return count[0];
  }

  private void lyingMember(int n, int liar, Step step, int which, Map<Integer, Phase> drops)
      throws Refusal {
    EpochDrill drill = drill(n, 1, drops);
    Site site = drill.world.site(liar);
    List<Lie> told = new ArrayList<>();
    drill.ofMembers =
        (sender, bytes, message) -> {
          if (sender != site || SetupLies.step(message, drill.world.notary) != step) {
            return List.of(bytes);
          }
          List<Lie> lies = SetupLies.of(site, message);
          Lie lie = lies.get(which % lies.size());
          told.add(lie);
          return List.of(Liar.resign(site, lie.message()));
        };
    drill.run(drill.world.cohort, 1);
    runs++;
    if (told.isEmpty()) {
      return;
    }
    String what = "%d members, %d lies in %s (%d), away %s".formatted(n, liar, step, which, drops);
    assertBlame(what, drill, site.name);
    boolean refused = drill.refused.stream().anyMatch(one -> one.by().equals(World.COORDINATOR));
    if (drops.isEmpty() && !told.get(0).late()) {
      boolean noticed = refused || drill.world.epoch.phase() != Phase.CERTIFIED;
      assertThat(noticed).as(what).isTrue();
    }
    afterwards(what, drill, site.name);
  }

  /** The liar is the only one that anything proves anything against. */
  private static void assertBlame(String what, EpochDrill drill, String liar) {
    for (EpochDrill.Refused one : drill.refused) {
      if (!one.by().equals(liar)) {
        assertThat(one.refusal().culprit()).as("%s: %s", what, one).isEqualTo(liar);
      }
    }
    List<Verdict> verdicts = new ArrayList<>(drill.world.epoch.verdicts());
    drill.judged().forEach(notice -> verdicts.add(notice.verdict()));
    for (Verdict verdict : verdicts) {
      boolean away = drill.gone.containsKey(verdict.liar()) && !verdict.proven();
      assertThat(away || verdict.liar().equals(liar)).as("%s: %s", what, verdict).isTrue();
    }
  }

  /** Certified tokens work, a failed number has a successor, and nothing stands still. */
  private static void afterwards(String what, EpochDrill drill, String liar) throws Refusal {
    World world = drill.world;
    Cohort cohort = world.cohort;
    EpochServer epoch = world.epoch;
    boolean enough = cohort.size() - 1 - drill.gone.size() >= cohort.minSurvivors();
    if (epoch.phase() == Phase.CERTIFIED) {
      rounds(what, drill, liar);
    } else if (enough && epoch.phase() == Phase.FAILED) {
      drill.ofMembers = EpochDrill.NONE;
      Cohort next = cohort;
      for (String out : new HashSet<>(epoch.verdicts().stream().map(Verdict::liar).toList())) {
        next = EpochDrill.without(next, out);
      }
      if (next.size() - drill.gone.size() >= next.minSurvivors()) {
        assertThat(drill.run(next, 2).phase()).as(what).isEqualTo(Phase.CERTIFIED);
      }
    } else {
      assertThat(enough).as("%s stands still at %s", what, epoch.waiting()).isFalse();
    }
  }

  /** Token 0 with everyone who is there, token 1 without the liar. */
  private static void rounds(String what, EpochDrill drill, String liar) throws Refusal {
    World world = drill.world;
    world.lastManifest = world.epoch.manifest().orElseThrow();
    Set<Integer> away = new HashSet<>();
    drill.gone.keySet().forEach(name -> away.add(world.cohort.indexOf(name)));
    int lying = world.cohort.indexOf(liar);
    if (world.sites.containsKey(liar) && world.lastManifest.hasParticipant(liar)) {
      round(what, world, liar, 0, away);
    }
    round(what, world, liar, 1, plus(away, lying));
  }

  private static Set<Integer> plus(Set<Integer> away, int one) {
    Set<Integer> more = new HashSet<>(away);
    if (one >= 0) {
      more.add(one);
    }
    return more;
  }

  private static void round(String what, World world, String liar, int token, Set<Integer> away)
      throws Refusal {
    List<Integer> here = new ArrayList<>(world.lastManifest.indices());
    here.removeIf(
        index ->
            away.contains(index)
                || !world.site(index).disk.containsKey("signed/1/signature")
                || !world.site(index).disk.containsKey("manifest/1"));
    if (here.size() < world.cohort.minSurvivors()) {
      return;
    }
    Set<Integer> missing = new HashSet<>(away);
    for (int i = 0; i < world.cohort.size(); i++) {
      if (!here.contains(i)) {
        missing.add(i);
      }
    }
    world.sites.values().forEach(site -> site.restart());
    Task task = world.task(token, 0, token, 20, World.INITIAL, List.of());
    if (token > 0) {
      task = again(world, task);
    }
    RoundServer round = flight(what, world, liar, world.startRound(task), missing);
    round = round.freezeSurvivors();
    round = flight(what, world, liar, round, missing).chooseCertificate();
    round = flight(what, world, liar, round, missing);
    if (!round.badRecovery().isEmpty()) {
      assertThat(round.badRecovery()).as(what).containsExactly(liar);
      round = flight(what, world, liar, round, missing);
    }
    if (round.badDealer().isPresent()) {
      assertThat(round.badDealer()).as(what).contains(liar);
      return;
    }
    boolean honest =
        here.size() - (here.contains(world.cohort.indexOf(liar)) ? 1 : 0)
            >= world.cohort.threshold();
    if (round.phase() == RoundServer.Phase.REVEALING && !honest) {
      return; // More are gone than the cohort tolerates: the round waits.
    }
    int[] sum = world.sum(round);
    for (int i = 0; i < task.vectorLength(); i++) {
      assertThat(Math.abs(sum[i])).as(what).isLessThanOrEqualTo(127 * here.size());
    }
  }

  /** One flight; only the liar may be refused anything. */
  private static RoundServer flight(
      String what, World world, String liar, RoundServer round, Set<Integer> missing) {
    RoundServer next = round;
    for (int index = 0; index < world.cohort.size(); index++) {
      Set<Integer> others = new HashSet<>(missing);
      for (int other = 0; other < world.cohort.size(); other++) {
        if (other != index) {
          others.add(other);
        }
      }
      try {
        next = world.flight(next, others);
      } catch (Refusal refusal) {
        assertThat(refusal.culprit()).as("%s: %s", what, refusal).isEqualTo(liar);
      }
    }
    return next;
  }

  /** Round 0 of another job: members take rounds in order. */
  private static Task again(World world, Task task) throws Refusal {
    for (Site site : world.sites.values()) {
      site.apply(member -> member.admitJob("job-2", World.INITIAL));
    }
    return new Task(
        "job-2",
        0,
        0,
        task.epoch(),
        task.token(),
        task.kind(),
        World.digest("another model"),
        task.baseStateDigest(),
        task.policyDigest(),
        task.cohortDigest(),
        task.vectorLength(),
        task.quantisation(),
        List.of());
  }

  // --- a lying coordinator

  /** What only this victim is shown; the message of that number to it. */
  private void lyingCoordinator(
      int n, Collection<Integer> victims, String type, int which, Map<Integer, Phase> drops)
      throws Refusal {
    EpochDrill drill = drill(n, 2, drops);
    boolean[] told = {false};
    drill.ofCoordinator =
        (site, bytes, message) -> {
          if (!victims.contains(drill.world.cohort.indexOf(site.name))
              || !message.type().equals(type)) {
            return List.of(bytes);
          }
          told[0] = true;
          List<Object> all = Mutations.of(message);
          return which < 0
              ? List.of()
              : List.of(drill.world.seal((Message) all.get(which % all.size())));
        };
    drill.run(drill.world.cohort, 1);
    runs++;
    if (!told[0]) {
      return;
    }
    String what = "%s (%d) to %s, away %s".formatted(type, which, victims, drops);
    assertThat(drill.sent).as(what).noneMatch(Complaint.class::isInstance);
    assertThat(drill.judged()).as(what).isEmpty();
    for (EpochDrill.Refused one : drill.refused) {
      if (!one.by().equals(World.COORDINATOR)) {
        assertThat(one.refusal().culprit()).as("%s: %s", what, one).isEqualTo(World.COORDINATOR);
      }
    }
    oneManifest(what, drill.world);
    if (drill.world.epoch.phase() == Phase.CERTIFIED) {
      rounds(what, drill, "nobody");
    }
  }

  private static void oneManifest(String what, World world) {
    Set<Digest> certified = new HashSet<>();
    for (Site site : world.sites.values()) {
      byte[] manifest = site.disk.get("manifest/1");
      if (manifest != null) {
        certified.add(Manifest.decode(manifest).digest());
      }
    }
    assertThat(certified).as(what).hasSizeLessThanOrEqualTo(1);
  }

  /** Number of mutations of each of the coordinator's messages. */
  private static Map<String, Integer> coordinatorLies(int n) {
    Map<String, Integer> counts = new TreeMap<>();
    EpochDrill drill = drill(n, 2, Map.of());
    drill.ofCoordinator =
        (site, bytes, message) -> {
          counts.merge(message.type(), Mutations.of(message).size(), Math::max);
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    return counts;
  }

  // --- how much of it

  @Test
  void aLyingMemberSample() throws Refusal {
    List<Map<Integer, Phase>> patterns = dropPatterns(4, 1, 1);
    int turn = 0;
    for (Step step : EnumSet.allOf(Step.class)) {
      int lies = liesAt(step, 4, 1);
      assertThat(lies).isGreaterThan(2);
      for (int which = 0; which < lies; which += step == Step.KEYS ? 5 : 19) {
        lyingMember(4, 1, step, which, Map.of());
        lyingMember(4, 1, step, which, patterns.get(turn++ % patterns.size()));
      }
    }
    assertThat(runs).isGreaterThan(20);
  }

  @Test
  void aLyingCoordinatorSample() throws Refusal {
    List<Map<Integer, Phase>> patterns = dropPatterns(4, -1, 1);
    Map<String, Integer> lies = coordinatorLies(4);
    assertThat(lies).hasSize(7);
    int turn = 0;
    for (String type : lies.keySet()) {
      for (int which = -1; which < lies.get(type); which += 13) {
        lyingCoordinator(4, List.of(turn % 4), type, which, Map.of());
        lyingCoordinator(4, List.of(turn % 4), type, which, patterns.get(turn++ % patterns.size()));
      }
    }
    assertThat(runs).isGreaterThan(20);
  }

  @Test
  @Tag("slow")
  void everyLieOfAMemberWithEveryDropPattern() throws Refusal {
    for (int n = 3; n <= 5; n++) {
      for (int liar = 0; liar < n; liar += 2) {
        List<Map<Integer, Phase>> patterns = dropPatterns(n, liar, n - 3);
        for (Step step : EnumSet.allOf(Step.class)) {
          int lies = liesAt(step, n, liar);
          for (int which = 0; which < lies; which++) {
            // every lie with no drop; the patterns spread over the lies, all of them in turn
            lyingMember(n, liar, step, which, Map.of());
            for (int i = which % 20; i < patterns.size(); i += n == 5 ? 180 : 20) {
              lyingMember(n, liar, step, which, patterns.get((i + which) % patterns.size()));
            }
          }
        }
      }
    }
    System.out.println("lying members: " + runs + " epochs");
  }

  @Test
  @Tag("slow")
  void everyLieOfACoordinatorWithEveryDropPattern() throws Refusal {
    for (int n = 3; n <= 5; n++) {
      List<Map<Integer, Phase>> patterns = dropPatterns(n, -1, n - 3);
      Map<String, Integer> lies = coordinatorLies(n);
      for (Map.Entry<String, Integer> type : lies.entrySet()) {
        for (int which = -1; which < type.getValue(); which++) {
          int victim = Math.floorMod(which, n);
          lyingCoordinator(n, List.of(victim), type.getKey(), which, Map.of());
          lyingCoordinator(n, List.of(0, n - 1), type.getKey(), which, Map.of());
          for (int i = Math.floorMod(which, 20); i < patterns.size(); i += n == 5 ? 180 : 20) {
            int at = Math.floorMod(i + which, patterns.size());
            lyingCoordinator(n, List.of(victim), type.getKey(), which, patterns.get(at));
          }
        }
      }
    }
    System.out.println("lying coordinators: " + runs + " epochs");
  }
}

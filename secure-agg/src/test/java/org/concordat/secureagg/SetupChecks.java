package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.secureagg.step.Notice;

/** What must hold however a set-up with somebody lying has ended. */
final class SetupChecks {
  private SetupChecks() {}

  /** The liar is the only one that anything proves anything against. */
  static void blamesOnly(SetupRun run, String liar) {
    for (EpochDrill.Refused one : run.refused) {
      if (!one.by().equals(liar)) {
        assertThat(one.refusal().culprit()).as("%s: %s", run, one).isEqualTo(liar);
      }
    }
    for (Verdict verdict : verdicts(run)) {
      boolean away = run.gone.containsKey(verdict.liar()) && !verdict.proven();
      assertThat(away || verdict.liar().equals(liar)).as("%s: %s", run, verdict).isTrue();
    }
  }

  private static List<Verdict> verdicts(SetupRun run) {
    List<Verdict> verdicts = new ArrayList<>(run.world.epoch.verdicts());
    run.world
        .sites
        .values()
        .forEach(
            site ->
                site.noticed(Notice.Judged.class)
                    .forEach(notice -> verdicts.add(notice.verdict())));
    return verdicts;
  }

  /** All that a lying member can achieve: to be named, or to sit the epoch out. */
  static void afterALyingMember(SetupRun run, String liar) {
    blamesOnly(run, liar);
    Cohort cohort = run.world.cohort;
    if (run.phase() == Phase.FAILED) {
      assertThat(run.world.epoch.verdicts()).as("%s", run).isNotEmpty();
      if (run.gone.isEmpty() && cohort.size() - 1 >= cohort.minSurvivors()) {
        EpochDrill next = new EpochDrill(run.world.fork());
        next.run(EpochDrill.without(cohort, liar), 2);
        assertThat(next.world.epoch.phase()).as("%s", run).isEqualTo(Phase.CERTIFIED);
      }
    } else if (run.phase() == Phase.CERTIFIED) {
      boolean unnoticed =
          run.gone.isEmpty()
              && !run.late
              && !run.silent
              && run.refused.isEmpty()
              && run.world.epoch.manifest().orElseThrow().hasParticipant(liar);
      assertThat(unnoticed).as("%s: nobody noticed", run).isFalse();
      tokensWork(run, liar);
    } else {
      boolean enough = cohort.size() - 1 - run.gone.size() >= cohort.minSurvivors();
      assertThat(enough).as("%s stands still at %s", run, run.world.epoch.waiting()).isFalse();
    }
  }

  /** A lying coordinator gets nobody accused, and one manifest at most. */
  static void afterALyingCoordinator(SetupRun run) {
    assertThat(run.sent).as("%s", run).noneMatch(type -> type.contains("complaint"));
    assertThat(verdicts(run)).as("%s", run).isEmpty();
    blamesCoordinatorOnly(run);
    oneManifest(run);
    if (run.phase() == Phase.CERTIFIED) {
      tokensWork(run, "nobody");
    }
  }

  /**
   * A coordinator that lies about a dispute: nothing is proven against anybody but the member that
   * lied, and no honest member leaves another one out or both opens its keys and signs.
   */
  static void afterALieAboutADispute(SetupRun run, String liar) {
    for (Verdict verdict : verdicts(run)) {
      boolean harmless = !verdict.proven() || verdict.liar().equals(liar);
      assertThat(harmless).as("%s: %s", run, verdict).isTrue();
    }
    blamesLiarsOnly(run, liar);
    for (Site site : run.world.sites.values()) {
      for (String honest : run.world.cohort.members()) {
        if (!honest.equals(liar) && !site.name.equals(liar)) {
          assertThat(site.disk.keySet())
              .as("%s: %s", run, site.name)
              .noneMatch(key -> key.contains("excluded") && key.endsWith(honest));
        }
      }
      boolean both =
          site.disk.containsKey("epoch/opened/1") && site.disk.containsKey("signed/1/signature");
      assertThat(both).as("%s: %s opened and signed", run, site.name).isFalse();
    }
  }

  static void blamesLiarsOnly(SetupRun run, String liar) {
    for (EpochDrill.Refused one : run.refused) {
      assertThat(one.refusal().culprit()).as("%s: %s", run, one).isIn(World.COORDINATOR, liar);
    }
  }

  static void blamesCoordinatorOnly(SetupRun run) {
    for (EpochDrill.Refused one : run.refused) {
      if (!one.by().equals(World.COORDINATOR)) {
        assertThat(one.refusal().culprit()).as("%s: %s", run, one).isEqualTo(World.COORDINATOR);
      }
    }
  }

  static void oneManifest(SetupRun run) {
    Set<Digest> certified = new HashSet<>();
    for (Site site : run.world.sites.values()) {
      byte[] manifest = site.disk.get("manifest/1");
      if (manifest != null) {
        certified.add(Manifest.decode(manifest).digest());
      }
    }
    assertThat(certified).as("%s", run).hasSizeLessThanOrEqualTo(1);
  }

  /** Token 0 with everyone who is there, token 1 without the liar; both from the same disks. */
  private static void tokensWork(SetupRun run, String liar) {
    Manifest manifest = run.world.epoch.manifest().orElseThrow();
    Set<Integer> away = new HashSet<>();
    run.gone.keySet().forEach(name -> away.add(run.world.cohort.indexOf(name)));
    try {
      if (manifest.hasParticipant(liar) || liar.equals("nobody")) {
        token(run, liar, 0, away);
      }
      Set<Integer> withoutLiar = new HashSet<>(away);
      withoutLiar.add(run.world.cohort.indexOf(liar));
      if (manifest.hasParticipant(liar)) {
        token(run, liar, 1, withoutLiar);
      }
    } catch (Refusal refusal) {
      throw new AssertionError(run + ": " + refusal, refusal);
    }
  }

  private static void token(SetupRun run, String liar, int token, Set<Integer> away)
      throws Refusal {
    World world = run.world.fork();
    world.lastManifest = world.epoch.manifest().orElseThrow();
    List<Integer> here = new ArrayList<>(world.lastManifest.indices());
    here.removeIf(
        index ->
            away.contains(index)
                || !world.site(index).disk.containsKey("signed/1/signature")
                || !world.site(index).disk.containsKey("manifest/1"));
    if (here.size() < world.cohort.minSurvivors()) {
      return;
    }
    Task task = world.task(0, 0, token, 20, World.INITIAL, List.of());
    RoundServer round = flight(run, world, liar, world.startRound(task), here);
    round = flight(run, world, liar, round.freezeSurvivors(), here).chooseCertificate();
    round = flight(run, world, liar, round, here);
    if (!round.badRecovery().isEmpty()) {
      assertThat(round.badRecovery()).as("%s", run).containsExactly(liar);
      round = flight(run, world, liar, round, here);
    }
    if (round.badDealer().isPresent()) {
      assertThat(round.badDealer()).as("%s", run).contains(liar);
      return;
    }
    long honest = here.stream().filter(i -> i != world.cohort.indexOf(liar)).count();
    if (round.phase() == RoundServer.Phase.UNMASKING && honest < world.cohort.threshold()) {
      return; // More are gone than the cohort tolerates: the round waits.
    }
    int[] sum = world.sum(round);
    for (int i = 0; i < task.vectorLength(); i++) {
      assertThat(Math.abs(sum[i])).as("%s", run).isLessThanOrEqualTo(127 * here.size());
    }
  }

  /** One flight; only the liar may be refused anything. */
  private static RoundServer flight(
      SetupRun run, World world, String liar, RoundServer round, List<Integer> here) {
    RoundServer next = round;
    for (int index : here) {
      Set<Integer> others = new HashSet<>();
      for (int other = 0; other < world.cohort.size(); other++) {
        if (other != index) {
          others.add(other);
        }
      }
      try {
        next = world.flight(next, others);
      } catch (Refusal refusal) {
        assertThat(refusal.culprit()).as("%s: %s", run, refusal).isEqualTo(liar);
      }
    }
    return next;
  }
}

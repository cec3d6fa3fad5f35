package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.concordat.secureagg.server.EpochServer.Phase;

/**
 * Every way in which members can drop out of an epoch's set-up, at every step, times every lie that
 * can be told at it. What happened before a lie is run once for all lies that can follow; lies that
 * are refused and change nothing are all followed by the same, which is run once: the liar, or the
 * victim, was silent.
 */
abstract class SetupTree {
  private final int mostDrops;
  private final Consumer<SetupRun> leaf;

  /** Complete runs, and lies that were refused at once and stand for one of them. */
  int leaves;

  int refusedAtOnce;

  /**
   * @param mostDrops how many honest members go away at most
   * @param leaf checks where a run with a lie has ended
   */
  SetupTree(int mostDrops, Consumer<SetupRun> leaf) {
    this.mostDrops = mostDrops;
    this.leaf = leaf;
  }

  /** Members that are not to drop out: the liar. */
  abstract Set<String> staying();

  /** Lets everyone answer; returns every way in which the flight can go, lies told included. */
  abstract List<SetupRun> flight(SetupRun run, Map<String, List<byte[]>> due);

  final void explore(SetupRun run) {
    if (run.over()) {
      flight(run, run.due()).forEach(this::end); // The certificate, or the disputes.
      return;
    }
    for (Set<String> more : drops(run)) {
      SetupRun next = run.fork();
      next.drop(more);
      step(next, next.phase());
    }
  }

  private void step(SetupRun run, Phase phase) {
    for (SetupRun next : flight(run, run.due())) {
      if (next.phase() != phase) {
        explore(next);
      } else if (next.world.epoch != run.world.epoch) {
        step(next, phase); // Something was answered: the same step goes on.
      } else if (next.close()) {
        explore(next);
      } else {
        end(next);
      }
    }
  }

  private void end(SetupRun run) {
    if (!run.lie.isEmpty()) {
      leaves++;
      leaf.accept(run);
    }
  }

  private Set<Set<String>> drops(SetupRun run) {
    List<String> honest = new ArrayList<>(run.world.cohort.members());
    honest.removeAll(run.gone.keySet());
    honest.removeAll(staying());
    Set<Set<String>> all = new LinkedHashSet<>();
    all.add(Set.of());
    for (int size = run.gone.size(); size < mostDrops; size++) {
      for (Set<String> smaller : List.copyOf(all)) {
        for (String one : honest) {
          Set<String> more = new TreeSet<>(smaller);
          more.add(one);
          all.add(more);
        }
      }
    }
    return all;
  }
}

package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.concordat.secureagg.message.Message;

/**
 * The coordinator alters one field of one message to one member, or holds the message back, and
 * goes on as if it had not.
 */
class LyingCoordinatorTree extends SetupTree {
  private final String victim;
  private final Function<Object, List<Object>> lies;

  /** Types of the messages that were altered. */
  final Set<String> lied = new TreeSet<>();

  LyingCoordinatorTree(
      String victim, int mostDrops, Function<Object, List<Object>> lies, Consumer<SetupRun> leaf) {
    super(mostDrops, leaf);
    this.victim = victim;
    this.lies = lies;
  }

  @Override
  Set<String> staying() {
    return Set.of(victim);
  }

  /** What is wrong besides, before a flight: nothing. */
  void prepare(SetupRun run) {}

  /** Whether the coordinator lies in this kind of message. */
  boolean liesIn(Message message) {
    return true;
  }

  void check(SetupRun refused) {
    SetupChecks.blamesCoordinatorOnly(refused);
  }

  @Override
  List<SetupRun> flight(SetupRun run, Map<String, List<byte[]>> due) {
    prepare(run);
    List<byte[]> toVictim = due.getOrDefault(victim, List.of());
    due.remove(victim);
    due.forEach(run::answerAll);
    List<SetupRun> all = new ArrayList<>();
    if (run.lie.isEmpty()) {
      for (int at = 0; at < toVictim.size(); at++) {
        lies(run, toVictim, at, all);
      }
    }
    run.answerAll(victim, toVictim);
    all.add(run);
    return all;
  }

  /** The message at that place is withheld, or another comes instead. */
  private void lies(SetupRun run, List<byte[]> honest, int at, List<SetupRun> all) {
    Message message = run.open(honest.get(at));
    if (!liesIn(message)) {
      return;
    }
    lied.add(message.type());
    SetupRun withheld = run.fork();
    withheld.lie = message.type() + " withheld from " + victim;
    withheld.answerAll(victim, without(honest, at));
    all.add(withheld);
    for (Object changed : lies.apply(message)) {
      SetupRun told = run.fork();
      told.lie =
          "%s to %s with another %s"
              .formatted(
                  message.type(), victim, SetupLies.difference((Record) message, (Record) changed));
      if (deliver(told, honest, at, told.world.seal((Message) changed))) {
        all.add(told);
      } else {
        refusedAtOnce++;
        check(told);
      }
    }
  }

  /** False if the victim refused the altered message: then it is as if it were withheld. */
  private boolean deliver(SetupRun run, List<byte[]> honest, int at, byte[] altered) {
    int refused = run.refused.size();
    for (int i = 0; i < honest.size(); i++) {
      byte[] message = i == at ? altered : honest.get(i);
      run.handle(victim, message).forEach(run::accept);
      if (i == at && run.refused.size() > refused) {
        return false;
      }
    }
    return true;
  }

  private static List<byte[]> without(List<byte[]> messages, int at) {
    List<byte[]> rest = new ArrayList<>(messages);
    rest.remove(at);
    return rest;
  }
}

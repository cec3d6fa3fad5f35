package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.concordat.secureagg.SetupLies.Lie;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Message;

/** One member alters one field of one message that it signs, and goes on lying consistently. */
final class LyingMemberTree extends SetupTree {
  private final String liar;
  private final Lies lies;

  /** What can be said instead of an honest message. */
  interface Lies {
    List<Lie> of(Site liar, Message honest) throws Refusal;
  }

  LyingMemberTree(String liar, int mostDrops, Lies lies, Consumer<SetupRun> leaf) {
    super(mostDrops, leaf);
    this.liar = liar;
    this.lies = lies;
  }

  @Override
  Set<String> staying() {
    return Set.of(liar);
  }

  @Override
  List<SetupRun> flight(SetupRun run, Map<String, List<byte[]>> due) {
    List<byte[]> toLiar = due.remove(liar);
    if (run.silent) {
      toLiar = List.of();
    }
    due.forEach(run::answerAll);
    List<SetupRun> all = new ArrayList<>();
    for (byte[] message : toLiar) {
      for (byte[] answer : run.handle(liar, message)) {
        if (run.lie.isEmpty()) {
          all.addAll(lies(run, answer));
        }
        run.accept(answer);
      }
    }
    all.add(run);
    return all;
  }

  private List<SetupRun> lies(SetupRun run, byte[] honest) {
    List<SetupRun> told = new ArrayList<>();
    SetupRun silent = run.fork();
    silent.silent = true;
    silent.lie = liar + " silent from " + run.phase();
    told.add(silent);
    for (Lie lie : liesOf(run, run.open(honest))) {
      SetupRun one = run.fork();
      one.late = lie.late();
      one.lie = liar + " lies in " + run.phase() + " (" + lie.name() + ")";
      byte[] sealed = sign(one, lie);
      if (one.accept(sealed)) {
        told.add(one);
      } else {
        refusedAtOnce++;
        SetupChecks.blamesOnly(one, liar);
      }
    }
    return told;
  }

  private byte[] sign(SetupRun run, Lie lie) {
    try {
      return Liar.resign(run.world.sites.get(liar), lie.message());
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  private List<Lie> liesOf(SetupRun run, Message message) {
    if (message instanceof Complaint || message instanceof KeyOpening) {
      return List.of(); // An honest member never sends these where nobody else lies.
    }
    try {
      return lies.of(run.world.sites.get(liar), message);
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }
}

package org.concordat.coordinator.round;

import java.time.Clock;
import java.util.List;
import org.concordat.secureagg.Notary;
import org.concordat.store.Database;
import org.concordat.store.Outbox;
import org.concordat.store.SqlEventStore;
import org.concordat.store.SqlOutbox;

/** For tests of what rounds decide and store; nothing is made to happen. */
public final class NoEffects implements RoundEngine.EffectRunner {
  /** An engine over a database, with no effects. */
  public static RoundEngine engine(
      Database database, Round.Epochs epochs, Notary notary, Clock clock) {
    RoundEngine engine =
        new RoundEngine(
            new SqlEventStore(database), new SqlOutbox(database), epochs, notary, clock, at -> {});
    engine.attach(new NoEffects(), job -> {});
    return engine;
  }

  @Override
  public void log(List<Outbox.Entry> entries) {}

  @Override
  public void run(RoundEffect effect, String target, Round round) {}
}

package org.concordat.iam.keycloak;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.concordat.certs.Roster;
import org.concordat.iam.token.Standing;

/** Realms that are kept in step, in the background, each on a thread of its own. */
public final class Realms implements AutoCloseable {
  private final List<ScheduledExecutorService> threads;

  private Realms(List<ScheduledExecutorService> threads) {
    this.threads = threads;
  }

  /**
   * Begins to look.
   *
   * @param standing is told who was disabled
   * @param roster in force; the groups follow it
   */
  public static Realms start(
      List<Realm> realms, Standing standing, Supplier<Roster> roster, Clock clock) {
    return new Realms(realms.stream().map(realm -> watch(realm, standing, roster, clock)).toList());
  }

  private static ScheduledExecutorService watch(
      Realm realm, Standing standing, Supplier<Roster> roster, Clock clock) {
    ScheduledExecutorService thread =
        Executors.newSingleThreadScheduledExecutor(
            look -> {
              Thread daemon = new Thread(look, "realm");
              daemon.setDaemon(true);
              return daemon;
            });
    thread.scheduleWithFixedDelay(
        new RealmWatch(realm, standing, roster, clock),
        0,
        realm.pause().toMillis(),
        TimeUnit.MILLISECONDS);
    return thread;
  }

  /** Looks no more; one that is under way is broken off. */
  @Override
  public void close() {
    threads.forEach(ScheduledExecutorService::shutdownNow);
  }
}

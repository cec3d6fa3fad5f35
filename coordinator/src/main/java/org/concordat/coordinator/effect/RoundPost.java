package org.concordat.coordinator.effect;

import org.concordat.coordinator.round.Round;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.session.Downloads;
import org.concordat.coordinator.session.Sessions;

/** Sends members whatever they must know of a round at that moment. On the mailbox thread. */
public final class RoundPost {
  private final RoundEngine engine;
  private final Sessions sessions;
  private final Downloads downloads;

  public RoundPost(RoundEngine engine, Sessions sessions, Downloads downloads) {
    this.engine = engine;
    this.sessions = sessions;
    this.downloads = downloads;
  }

  /** One member of one round; what it is told of it may fetch. */
  public void tell(Round round, String member) {
    if (round.participants().contains(member)) {
      mayFetch(round, member);
      round.server().outgoing(member).forEach(message -> sessions.send(member, message));
    }
  }

  /** One member of all open rounds. */
  public void tell(String member) {
    engine.open().values().forEach(round -> tell(round, member));
  }

  /** Everybody of all open rounds: what they sent may not have been taken. */
  public void tellAll() {
    engine
        .open()
        .values()
        .forEach(round -> round.participants().forEach(member -> tell(round, member)));
  }

  private void mayFetch(Round round, String member) {
    downloads.told(member, round.task().modelDigest());
    round
        .server()
        .publishedResult()
        .ifPresent(
            result -> {
              downloads.told(member, result.sumRoot());
              result.sums().forEach(sum -> downloads.told(member, sum.sumRoot()));
            });
  }
}

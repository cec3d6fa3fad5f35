package org.concordat.coordinator.schedule;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.coordinator.epoch.Epochs;
import org.concordat.coordinator.job.JobBook;
import org.concordat.coordinator.round.RoundEngine;
import org.concordat.coordinator.round.StreamId;

/**
 * Rounds that are over: of them the log and a summary stay; of epochs, what open rounds and the
 * next number need. On the mailbox thread.
 */
public final class PastRounds {
  private final RoundEngine engine;
  private final Epochs epochs;
  private final JobBook book;

  /** Streams of rounds that have ended and still have events. */
  private final Set<StreamId> ended = new LinkedHashSet<>();

  private long forgottenFor = -1;

  public PastRounds(RoundEngine engine, Epochs epochs, JobBook book) {
    this.engine = engine;
    this.epochs = epochs;
    this.book = book;
  }

  /** After a restart, once what is open was loaded. */
  public void resume() {
    ended.addAll(engine.streams());
    ended.removeAll(engine.open().keySet());
  }

  /** A round has ended, and its summary is kept. */
  public void ended(StreamId stream) {
    engine.forget(stream);
    ended.add(stream);
  }

  /** Whether its job has ended, or has gone on to a later round. */
  public boolean isPast(StreamId stream) {
    return book.find(stream.job())
        .map(job -> job.ended() || stream.round() < job.record().getRoundsCommitted())
        .orElse(true);
  }

  /** Erases what nothing needs any more. */
  public void erase() {
    List<StreamId> past = ended.stream().filter(this::isPast).toList();
    if (!past.isEmpty()) {
      engine.erase(past);
      past.forEach(ended::remove);
    }
    if (epochs.newest() != forgottenFor) {
      forgottenFor = epochs.newest();
      epochs.forgetOld(
          engine.open().values().stream()
              .map(round -> round.task().epoch())
              .collect(Collectors.toSet()));
    }
  }
}

package org.concordat.coordinator.schedule;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.concordat.coordinator.job.Job;
import org.concordat.coordinator.job.JobBook;

/**
 * Rounds over several cohorts take turns: from its beginning until all its cohorts have certified
 * it, a round is the only one that takes tokens, or asks for epochs, of the drawn cohorts. With two
 * of them each could hold one cohort's epoch and wait for the other's.
 *
 * <p>Whose round is under way follows from what is stored. Who waits, and since when, is in memory
 * only. On the mailbox thread.
 */
final class CohortTurns {
  private final JobBook book;
  private final CohortRounds cohorts;
  private final Set<String> waiting = new LinkedHashSet<>();

  CohortTurns(JobBook book, CohortRounds cohorts) {
    this.book = book;
    this.cohorts = cohorts;
  }

  /** Another running job whose round over several cohorts has begun and not ended. */
  Optional<Job> holder(String job) {
    return book.all().stream()
        .filter(other -> other.running() && !other.id().equals(job))
        .filter(other -> cohorts.begun(other.id(), other.record().getRoundsCommitted()).isPresent())
        .findFirst();
  }

  /** The job has to wait; from now on, if it did not before. */
  void waits(String job) {
    waiting.add(job);
  }

  /** The job has begun its round, or has ended. */
  void done(String job) {
    waiting.remove(job);
  }

  /** Jobs that have waited longer than this one, the longest first. */
  List<String> ahead(String job) {
    return waiting.stream().takeWhile(other -> !other.equals(job)).toList();
  }
}

package org.concordat.agent.train;

import java.time.Duration;
import org.concordat.agent.data.DataSet;
import org.concordat.learning.ModelState;
import org.concordat.protocol.v1.JobSpec;

/** Trains one job's model on this site's rows. */
public interface LocalTrainer extends AutoCloseable {
  /** Makes a trainer ready for a job. */
  interface Starter {
    /**
     * @throws TrainerFailedException if the data does not fit the model, or none can be started
     */
    LocalTrainer start(JobSpec spec, DataSet data) throws TrainerFailedException;
  }

  /**
   * Trains, or evaluates only.
   *
   * @param round from 0
   * @param limit until it must have answered
   */
  Trained work(long round, ModelState from, boolean train, Duration limit)
      throws TrainerFailedException;

  /** Whether it can be given work; one that ended by itself is replaced. */
  default boolean isAlive() {
    return true;
  }

  /**
   * Ends it at once, whatever it is at; {@link #work} fails then. On any thread, without waiting.
   */
  default void kill() {
    close();
  }

  /** Ends it. */
  @Override
  void close();
}

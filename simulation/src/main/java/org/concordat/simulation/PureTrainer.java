package org.concordat.simulation;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.concordat.agent.train.LocalTrainer;
import org.concordat.agent.train.Trained;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.learning.ModelState;
import org.concordat.protocol.v1.Metrics;

/**
 * Adds about {@link #STEP} to one parameter, each member to another one: from a mean one can tell
 * whose updates are in it, and how often. No two trainings give the same, as in life.
 */
final class PureTrainer implements LocalTrainer {
  /** What a member adds. */
  static final double STEP = 0.05;

  /** Rows of each member: its weight. */
  static final int ROWS = 30;

  private static final Metrics METRICS =
      Metrics.newBuilder().setRows(ROWS).setCorrect(ROWS / 2).setLoss(0.5).build();

  private final int parameter;
  private final Random random;
  private final BooleanSupplier fails;

  /**
   * @param parameter that it changes
   * @param fails asked before each training
   */
  PureTrainer(int parameter, Random random, BooleanSupplier fails) {
    this.parameter = parameter;
    this.random = random;
    this.fails = fails;
  }

  @Override
  public Trained work(long round, ModelState from, boolean train, Duration limit)
      throws TrainerFailedException {
    if (fails.getAsBoolean()) {
      throw new TrainerFailedException(
          TrainerFailedException.Reason.CRASHED, "the simulation says so", List.of());
    }
    double[] parameters = train ? from.parameters().clone() : new double[0];
    if (train) {
      parameters[parameter] += STEP * (0.9 + random.nextDouble() / 5);
    }
    return new Trained(parameters, ROWS, METRICS, METRICS);
  }

  @Override
  public void close() {
    // nothing runs
  }
}

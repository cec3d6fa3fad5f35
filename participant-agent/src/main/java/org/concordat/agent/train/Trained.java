package org.concordat.agent.train;

import org.concordat.protocol.v1.Metrics;

/**
 * What a trainer brought back.
 *
 * @param parameters after training; empty after an evaluation
 * @param trainRows rows that were trained on: this site's weight
 * @param trainMetrics of the parameters that went in, on the training rows
 * @param testMetrics of the parameters that went in, on the test rows
 */
public record Trained(
    double[] parameters, long trainRows, Metrics trainMetrics, Metrics testMetrics) {
  /**
   * The incoming model's accuracy on the test rows, or on the training rows where there are none.
   */
  public double accuracy() {
    Metrics metrics = metrics();
    return metrics.getRows() == 0 ? 0 : (double) metrics.getCorrect() / metrics.getRows();
  }

  /** The incoming model's mean loss on the same rows. */
  public double loss() {
    return metrics().getLoss();
  }

  private Metrics metrics() {
    return testMetrics.getRows() > 0 ? testMetrics : trainMetrics;
  }
}

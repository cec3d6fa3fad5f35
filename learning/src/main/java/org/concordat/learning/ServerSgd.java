package org.concordat.learning;

/**
 * FedAvg with a server learning rate (McMahan et al., AISTATS 2017; Reddi et al., ICLR 2021,
 * "FedAvg" with server rate): the next model is the base plus the rate times the weighted mean of
 * the members' updates.
 */
public final class ServerSgd {
  private final double learningRate;

  /**
   * @param learningRate in (0, 10]; 1 is plain FedAvg
   */
  public ServerSgd(double learningRate) {
    if (!(learningRate > 0 && learningRate <= 10)) {
      throw new IllegalArgumentException(
          "server learning rate " + learningRate + ": expected above 0, at most 10");
    }
    this.learningRate = learningRate;
  }

  /**
   * The next state.
   *
   * @param meanUpdate as long as the model; finite. It is used up: the next state is made in its
   *     place, so that a large model costs no further array
   */
  public ModelState next(ModelState base, double[] meanUpdate) {
    if (meanUpdate.length != base.size()) {
      throw new IllegalArgumentException(
          "an update of " + meanUpdate.length + " values for a model of " + base.size());
    }
    return ModelState.owning(base.plus(learningRate, meanUpdate));
  }
}

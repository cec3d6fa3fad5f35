package org.concordat.agent.data;

import java.util.List;

/** A data set's rows, apart for training and testing. */
record Samples(Part train, Part test) {
  /**
   * Scales every feature, in place, by the training rows.
   *
   * @return features, by their place, that are the same in every training row
   */
  List<Integer> standardise() {
    Standardiser standardiser = new Standardiser(train);
    standardiser.apply(train);
    standardiser.apply(test);
    return standardiser.constant();
  }
}

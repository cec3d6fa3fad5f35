package org.concordat.agent.data;

import java.util.List;

/** A data set's rows, apart for training and testing. */
record Samples(List<Sample> train, List<Sample> test) {
  /**
   * Scales every feature, in place, by the training rows.
   *
   * @return features, by their place, that are the same in every training row
   */
  List<Integer> standardise() {
    Standardiser standardiser = new Standardiser(train.stream().map(Sample::features).toList());
    train.forEach(sample -> standardiser.apply(sample.features()));
    test.forEach(sample -> standardiser.apply(sample.features()));
    return standardiser.constant();
  }
}

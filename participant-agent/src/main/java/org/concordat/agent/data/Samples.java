package org.concordat.agent.data;

import java.util.List;

/** A data set's rows, apart for training and testing. */
record Samples(List<Sample> train, List<Sample> test) {
  /** With every feature scaled by the training rows. */
  Samples standardised() {
    Standardiser standardiser = new Standardiser(train.stream().map(Sample::features).toList());
    return new Samples(scale(train, standardiser), scale(test, standardiser));
  }

  private static List<Sample> scale(List<Sample> samples, Standardiser standardiser) {
    return samples.stream()
        .map(
            sample ->
                new Sample(sample.line(), standardiser.apply(sample.features()), sample.label()))
        .toList();
  }
}

package org.concordat.jurisdictions.analysis;

import java.util.Optional;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.FactName;

/**
 * The facts that say where an action happens: at the member, at the aggregator, or at whoever
 * receives a model.
 *
 * @param law whose law controls that place
 */
record Places(FactName country, Optional<FactName> region, FactName law) {
  private static final Places MEMBER =
      new Places(FactName.COUNTRY, Optional.of(FactName.JURISDICTION), FactName.CONTROL);
  private static final Places AGGREGATOR =
      new Places(
          FactName.AGGREGATOR_COUNTRY,
          Optional.of(FactName.PROCESSING_REGION),
          FactName.AGGREGATOR_CONTROL);
  private static final Places RECIPIENT =
      new Places(FactName.RECIPIENT_COUNTRY, Optional.empty(), FactName.RECIPIENT_CONTROL);

  static Places of(Action action) {
    return switch (action) {
      case DISPATCH, TRAIN, EVALUATE -> MEMBER;
      case SUBMIT, REVEAL, AGGREGATE -> AGGREGATOR;
      case RELEASE, EXPORT -> RECIPIENT;
    };
  }

  FactName regionOrRefuse(Action action) {
    return region.orElseThrow(
        () ->
            new InvalidClaimException(
                "no fact tells the region of "
                    + action
                    + "'s recipient: name a country, or a list of countries"));
  }
}

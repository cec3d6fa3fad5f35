package org.concordat.jurisdictions.analysis;

import java.util.List;
import java.util.Optional;
import org.concordat.jurisdictions.FactName;

/**
 * What may be one way or another: the statement of a fact, or the time.
 *
 * @param fact empty for the time
 * @param choices at least one, the most natural first
 */
record Variable(Optional<FactName> fact, List<Choice> choices) {}

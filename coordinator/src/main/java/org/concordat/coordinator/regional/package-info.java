// CODEMAP coordinator.regional: a regional aggregator's process. Start: RegionRounds
/**
 * A regional aggregator: it takes the masked updates of its jurisdiction's members, keeps them for
 * checks inside the region, and forwards one masked, signed partial sum of exactly the certified
 * survivors among them, at least three. It believes nothing for the coordinator's saying so.
 */
@NullMarked
package org.concordat.coordinator.regional;

import org.jspecify.annotations.NullMarked;

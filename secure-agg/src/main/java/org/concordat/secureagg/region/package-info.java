// CODEMAP secureagg.region: partial sums at two levels. Start: PartialSums
/**
 * Partial sums at two levels ("Checking the sum, regions"): a region adds up the uploads of the
 * certified survivors in its jurisdiction, at least three, and forwards one masked partial sum; the
 * partial sums add up to the same total, because ring addition is exact and associative. Each level
 * signs the root of what it forwards, so that a wrong sum is laid at the door of who made it.
 */
@NullMarked
package org.concordat.secureagg.region;

import org.jspecify.annotations.NullMarked;

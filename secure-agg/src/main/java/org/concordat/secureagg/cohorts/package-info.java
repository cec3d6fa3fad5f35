/**
 * Alliances of more than 256 members ("More than 256 members"): cohorts of up to 250, each with an
 * epoch, a sum and parameters of its own; what is released is the sum of the cohorts' sums, and the
 * cohorts' sums are seen too.
 *
 * <pre>
 * {@link org.concordat.secureagg.cohorts.Draw}          all commit to a random value, then reveal; the values give a seed
 * {@link org.concordat.secureagg.cohorts.Assignment}    the seed gives each member its cohort, the same for everyone
 * {@link org.concordat.secureagg.cohorts.CohortBounds}  c, T and d of a cohort drawn from an alliance with colluders
 * {@link org.concordat.secureagg.cohorts.CohortSums}    the sum of the cohorts' sums
 * </pre>
 *
 * <p>Why a beacon: whoever chooses the cohorts can surround a member with its colluders. No member
 * chooses here as long as one member's value is random; who withholds its value after seeing the
 * others' is left out and cannot draw again. <b>When a step closes is for whoever folds the draw to
 * say, and a coordinator that alone says so can leave honest members out, or call their values
 * withheld, and so redraw</b>: before cohorts run in rounds, the closed list of commitments must be
 * signed by a quorum and named in each reveal.
 */
@NullMarked
package org.concordat.secureagg.cohorts;

import org.jspecify.annotations.NullMarked;

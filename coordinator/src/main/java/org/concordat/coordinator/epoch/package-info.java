// CODEMAP coordinator.epoch: epochs, draws, who is left out. Start: EpochKeeper
/**
 * Epochs of secure aggregation, and who is left out of them.
 *
 * <pre>
 * EpochKeeper   opens a number when tokens run out or the cohort changes, goes on without who is late
 * Demand        when a number under way gives way to another cohort's
 * EpochPost     what members are sent
 * EpochStore    inputs, ends and pages of each number, as they are stored; EpochEnd is the short of it
 * Proofs        evidence of lies, in epochs and in rounds, kept for good; Lie is the short of it
 * Pinned        which store of each member an epoch is about
 * StoreRelay    carries a new store's query to the others, and their answers back
 * LeftOut       who stays out of the next epoch because of either
 * EpochNumbers  one sequence of numbers over the chains of all cohorts; Epochs has a keeper for each
 * DrawKeeper    draws the cohorts of a roster with more agents than one takes
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.epoch;

import org.jspecify.annotations.NullMarked;

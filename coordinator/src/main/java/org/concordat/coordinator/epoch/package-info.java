/**
 * Epochs of secure aggregation: opened when tokens run out or the cohort changes, kept so that they
 * can be replayed.
 */
@NullMarked
package org.concordat.coordinator.epoch;

import org.jspecify.annotations.NullMarked;

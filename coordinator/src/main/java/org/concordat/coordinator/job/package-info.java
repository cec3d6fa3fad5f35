// CODEMAP coordinator.job: jobs, from submission to their end. Start: Jobs
/**
 * Jobs: checked and explained when they are submitted, consented to by members, then run round by
 * round, ending with one evaluation round.
 */
@NullMarked
package org.concordat.coordinator.job;

import org.jspecify.annotations.NullMarked;

// CODEMAP coordinator.schedule: which round a job needs next, and when. Start: RoundScheduler
/**
 * Which round a job needs next, and when.
 *
 * <pre>
 * RoundScheduler  a job's next round, another attempt, or its end
 * CohortChoice    which cohorts a round runs in: one, or several at their turn
 * AttemptOpener   one attempt for one cohort: a token, the policy, the task
 * CohortRounds    what the cohorts of one round have in common
 * CohortTurns     rounds over several cohorts take turns, over all jobs
 * Checkpoints     the certified state that a job's next round starts from
 * RoundTime       deadlines, members that are gone, stores that are lost
 * Waits           what jobs without an open round wait for, in words
 * PastRounds      what is erased of rounds that are over
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.schedule;

import org.jspecify.annotations.NullMarked;

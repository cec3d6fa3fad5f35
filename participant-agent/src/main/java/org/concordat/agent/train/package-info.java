// CODEMAP agent.train: trainers as child processes. Start: Trainer
/**
 * Trainers: child processes that see matrices and flat vectors, never keys; one per job, killed
 * with the agent.
 */
@NullMarked
package org.concordat.agent.train;

import org.jspecify.annotations.NullMarked;

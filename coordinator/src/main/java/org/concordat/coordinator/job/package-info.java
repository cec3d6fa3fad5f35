// CODEMAP coordinator.job: jobs, from submission to their end. Start: Submissions
/**
 * Jobs, step by step:
 *
 * <pre>
 * Submissions   a spec: checked, explained, proposed
 * Consenting    what members answer, and for whom it waits; ConsentCheck says what counts
 * JobStart      a first model, or an end for want of consents
 * Jobs          what members are told; rounds that were committed; the end
 * </pre>
 */
@NullMarked
package org.concordat.coordinator.job;

import org.jspecify.annotations.NullMarked;

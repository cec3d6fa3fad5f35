// CODEMAP secureagg: secure aggregation, pure; ids, cohorts, refusals. Start: Cohort
/**
 * Secure aggregation: the coordinator learns the sum of the members' updates and nothing else about
 * any of them, as long as at most c members work with it. Pure: no I/O, no network, no clock, no
 * logging.
 *
 * <pre>
 * secureagg           ids, digests, {@link org.concordat.secureagg.Cohort} (members and parameters), Alliance,
 *                     {@link org.concordat.secureagg.Notary} (signatures, supplied from outside),
 *                     {@link org.concordat.secureagg.Refusal} (every check that can fail)
 * secureagg.codec     the canonical bounded codec of the messages
 * secureagg.message   the messages, in the order of the protocol
 * secureagg.kernel    quantising, masking, ring sums, secret sharing, Merkle roots
 * secureagg.member    Member: the member's state machine; returns what to make durable, then what to send
 * secureagg.blame     who lied, recomputed by anyone from what was signed
 * secureagg.server    DrawServer, EpochServer, RoundServer: the coordinator's folds over accepted messages
 * secureagg.check     a released round's evidence, spot checks and full replay
 * secureagg.cohorts   more than 256 members: the draw's checks, the assignment, the sum of cohorts' sums
 * secureagg.region    partial sums at two levels
 * </pre>
 *
 * <p>A round: Task → {@code Member.protect} (Clipped → MaskedVector y) → upload → survivors frozen
 * and signed → certificate → reveals → {@code Accumulator} and {@code Unmasker} → result → each
 * member recomputes the next state and signs it.
 */
@NullMarked
package org.concordat.secureagg;

import org.jspecify.annotations.NullMarked;

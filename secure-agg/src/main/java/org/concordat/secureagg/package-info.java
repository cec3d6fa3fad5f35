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
 * secureagg.envelope  Inbox: messages sealed and opened
 * secureagg.crypto    the published primitives, and what is derived from them
 * secureagg.kernel    quantising, masking, ring sums, secret sharing, Merkle roots
 * secureagg.step      what one step of a member reads, makes durable and sends
 * secureagg.member    Member: the member's state machine
 * secureagg.blame     who lied, recomputed by anyone from what was signed
 * secureagg.server    EpochServer, RoundServer: the coordinator's folds over accepted messages
 * secureagg.check     a released round's evidence, spot checks and full replay
 * secureagg.region    partial sums at two levels
 * secureagg.cohorts   more than 256 members: draws, and sums of cohorts' sums; not needed to read the rest
 * </pre>
 *
 * <p>A package uses only those further left ({@code RoomsTest}):
 *
 * <pre>
 * codec | (root) | kernel | message | crypto, cohorts.message | envelope | blame, check, cohorts
 *       | region, server, step | cohorts.server, cohorts.member | member
 * </pre>
 *
 * <p>A round: Task → {@code Member.protect} (Clipped → MaskedVector y) → upload → survivors frozen
 * and signed → certificate → reveals → {@code Accumulator} and {@code Unmasker} → result → each
 * member recomputes the next state and signs it.
 */
@NullMarked
package org.concordat.secureagg;

import org.jspecify.annotations.NullMarked;

// CODEMAP agent.round: what a member does of secure aggregation. Start: ProtocolSteps
/**
 * What this member does of secure aggregation. Every input takes the same way; what takes long runs
 * beside the mailbox and comes back as an input.
 *
 * <pre>
 *   SealedMessages ─┐            DurableMember      Link, Uploading     Notices
 *   Membership ─────┼─▶ steps ──▶ (1) durable ──────▶ (2) sent ────────▶ (3) acted upon
 *   approval ───────┘     ▲                                              │
 *                         │◀── protect, giveUp ── Training ◀─────────────┤ a task was accepted
 *                         │◀── adopt ──────────── Adopting ◀─────────────┤ a result is ready
 *                                                 Membership ◀───────────┘ a store is lost, or new
 * </pre>
 *
 * {@link org.concordat.agent.round.Training} and {@link org.concordat.agent.round.Adopting} ask the
 * site's policy again, and have {@link org.concordat.agent.round.LocalModel} do the work; a result
 * stands {@link org.concordat.agent.round.SpotCheck} before it is signed.
 */
@NullMarked
package org.concordat.agent.round;

import org.jspecify.annotations.NullMarked;

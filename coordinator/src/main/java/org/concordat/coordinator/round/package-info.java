// CODEMAP coordinator.round: a round as a fold over its events. Start: RoundEngine
/**
 * One round, one direction. A round is a fold over its events; {@link
 * org.concordat.coordinator.round.RoundPhase} is sealed, a phase a file.
 *
 * <pre>
 *   Dispatching ──▶ Collecting ──▶ Certifying ──▶ Unmasking ──▶ Applying ──▶ Agreeing ──▶ Recording ──▶ Committed
 *   tell everyone   complete,      survivors      reveals of    sum, next    T members    release is
 *   their task      verified       sign one set   T members     state        sign the     in the log,
 *        ▲          uploads            │                                     same state   then published
 *        │              └──────┬───────┘
 *        │                     ▼
 *     Voided ◀──────────── Voiding
 *     another attempt      T members promise
 *     may be opened        never to reveal
 * </pre>
 *
 * Any phase but Recording may be aborted, with a reason. Who follows whom, and what entering a
 * phase does, is {@link org.concordat.coordinator.round.Transitions} and nothing else; {@link
 * org.concordat.coordinator.round.RoundEffect} is everything that a round can make happen.
 *
 * <p>A member that refuses a message counts as away for that step; where too few are left for it,
 * the token is given up, or the round ends with the members' reasons.
 *
 * <p>Of several cohorts each has a stream of its own and goes through the same phases; Applying
 * ends for all of them together, once each has its sum.
 *
 * <p>{@code decide(message, now)} checks everything and gives events; {@link
 * org.concordat.coordinator.round.Round#apply} folds them; both are pure. {@link
 * org.concordat.coordinator.round.RoundEngine} stores events and their outbox entries in one
 * transaction and then runs the effects ({@link org.concordat.coordinator.round.Effects}), at least
 * once each. The certificate and the refusal to reveal exclude each other: whichever is chosen is
 * durable before the first request of its kind is sent.
 */
@NullMarked
package org.concordat.coordinator.round;

import org.jspecify.annotations.NullMarked;

// CODEMAP agent.inbound: what the coordinator sends, on the mailbox, by kind. Start: MessageRouter
/**
 * What comes in over the session has one path, on the mailbox, in order.
 *
 * <pre>
 *   Link ─▶ AgentSession ─▶ MessageRouter ─┬─ sealed ────▶ round.SealedMessages
 *            posts to        by kind       ├─ welcome ───▶ round.Membership
 *            the mailbox                   ├─ rosters ───▶ site.Rosters, round.Membership
 *                                          ├─ proposal ──▶ approval.JobAnswers
 *                                          └─ job closed ▶ approval.JobAnswers, round.Training
 * </pre>
 *
 * What any of them throws reaches {@link org.concordat.agent.inbound.StoreRecovery}: where the
 * store cannot be written, the session pauses until it can be.
 */
@NullMarked
package org.concordat.agent.inbound;

import org.jspecify.annotations.NullMarked;

// CODEMAP agent: the agent, wired by hand, and its one mailbox. Start: Agent
/**
 * What runs beside a member's data. {@link org.concordat.agent.Agent} wires it by hand.
 *
 * <pre>
 *   coordinator ◀──one outbound stream──▶ session.Link
 *                                            │ sealed messages, proposals, rosters
 *                                            ▼
 *   JobDesk ◀───────────── Desk (one mailbox) ──▶ secure-agg's Member: Persist, then Send
 *   approval.Approvals: rule    │        │
 *   approval.Requests: a person │        │
 *                               ▼        ▼
 *                        train.Trainer   upload.Uploader
 *                        child process   1 MiB parts, resumed
 * </pre>
 *
 * Whatever secure aggregation wants persisted is in the store, in one transaction, before anything
 * is sent.
 */
@NullMarked
package org.concordat.agent;

import org.jspecify.annotations.NullMarked;

// CODEMAP agent.approval: this site's answers to jobs: its rule, its people. Start: JobAnswers
/**
 * This site's answer to a job, given once.
 *
 * <pre>
 *   proposal ─▶ JobAnswers ─▶ Approvals: policy, rule, data, what was opened before
 *                   │            ├─ refused ─────────────▶ Consents ─▶ coordinator
 *                   │            ├─ possible by rule ────▶ Consents
 *                   │            └─ possible, ask ──▶ Requests ─▶ Inbox ─▶ a person
 *                   └◀─ judged again, as things are now ── ApprovalCheck ◀─┘ signs
 *
 *   Inbox ─▶ Withdrawals: a consent taken back ─▶ Consents ─▶ coordinator
 * </pre>
 */
@NullMarked
package org.concordat.agent.approval;

import org.jspecify.annotations.NullMarked;

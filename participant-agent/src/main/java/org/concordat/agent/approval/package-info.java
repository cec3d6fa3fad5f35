// CODEMAP agent.approval: what the site allows: its policy, its people. Start: Approvals
/** What the site allows: its own evaluation of the policy, and its answer to jobs. */
@NullMarked
package org.concordat.agent.approval;

import org.jspecify.annotations.NullMarked;

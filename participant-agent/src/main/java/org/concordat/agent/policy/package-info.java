// CODEMAP agent.policy: the alliance's policy, as this site evaluates it. Start: SitePolicy
/** The policy as this site evaluates it: facts, decisions, obligations. */
@NullMarked
package org.concordat.agent.policy;

import org.jspecify.annotations.NullMarked;

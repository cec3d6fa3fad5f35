// CODEMAP agent.witness: checks the audit log's heads, and cosigns them. Start: LogWitness
/**
 * This member as a witness of the audit log: what the coordinator shows must extend what it showed
 * before, and, where the site demands that, have others' cosignatures a little later.
 */
@NullMarked
package org.concordat.agent.witness;

import org.jspecify.annotations.NullMarked;

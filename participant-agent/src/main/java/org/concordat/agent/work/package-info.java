// CODEMAP agent.work: the mailbox, and the threads beside it. Start: Threads
/**
 * Threads: one mailbox on which everything that changes state runs in order, and work that takes
 * long beside it.
 */
@NullMarked
package org.concordat.agent.work;

import org.jspecify.annotations.NullMarked;

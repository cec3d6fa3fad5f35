// CODEMAP coordinator.mailbox: the one thread that changes state. Start: Mailbox
/**
 * The one thread that changes state, the workers beside it, and what an operator can do where
 * nothing can be stored.
 */
@NullMarked
package org.concordat.coordinator.mailbox;

import org.jspecify.annotations.NullMarked;

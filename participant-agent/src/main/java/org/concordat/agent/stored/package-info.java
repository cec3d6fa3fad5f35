// CODEMAP agent.stored: what the agent's store has, kind by kind. Start: Kinds
/**
 * The names in the agent's store, all in one place: {@link org.concordat.agent.stored.Kinds}. Each
 * package reads and writes its own.
 */
@NullMarked
package org.concordat.agent.stored;

import org.jspecify.annotations.NullMarked;

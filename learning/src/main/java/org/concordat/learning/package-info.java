// CODEMAP learning: algorithms that both sides share, pure. Start: ServerSgd
/**
 * Pure algorithms that coordinator and agents share: the initial model, the server optimiser, the
 * layout of what is summed. Everything is {@code double} arithmetic in a fixed order, so that a
 * member that recomputes the next model gets the same bits as the coordinator.
 */
@NullMarked
package org.concordat.learning;

import org.jspecify.annotations.NullMarked;

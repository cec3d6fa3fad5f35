// CODEMAP coordinator.stored: what the coordinator's store has, kind by kind. Start: Kinds
/**
 * The names in the coordinator's store, all in one place: {@link
 * org.concordat.coordinator.stored.Kinds}. Each package reads and writes its own.
 */
@NullMarked
package org.concordat.coordinator.stored;

import org.jspecify.annotations.NullMarked;

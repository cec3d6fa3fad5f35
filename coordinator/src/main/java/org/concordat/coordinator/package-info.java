// CODEMAP coordinator: the program, its configuration, where parts meet. Start: Coordinator
/**
 * The coordinator, as a program: {@link org.concordat.coordinator.CoordinatorConfig} reads its
 * file, {@link org.concordat.coordinator.Coordinator} opens stores and port, {@link
 * org.concordat.coordinator.Mailbox} is the one thread that changes state.
 */
@NullMarked
package org.concordat.coordinator;

import org.jspecify.annotations.NullMarked;

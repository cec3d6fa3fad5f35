// CODEMAP coordinator.session: who is connected, what each said last and may fetch. Start: Sessions
/**
 * Who is connected ({@link org.concordat.coordinator.session.Sessions}), what each member said last
 * ({@link org.concordat.coordinator.session.LastStatements}) and what it may fetch ({@link
 * org.concordat.coordinator.session.Downloads}).
 */
@NullMarked
package org.concordat.coordinator.session;

import org.jspecify.annotations.NullMarked;

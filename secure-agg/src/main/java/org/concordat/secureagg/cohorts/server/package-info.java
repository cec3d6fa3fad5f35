// CODEMAP secureagg.cohorts.server: the draw, at the coordinator. Start: DrawServer
/**
 * The coordinator's side of a draw: {@link org.concordat.secureagg.cohorts.server.DrawServer}, a
 * fold as those in {@code server} are.
 */
@NullMarked
package org.concordat.secureagg.cohorts.server;

import org.jspecify.annotations.NullMarked;

// CODEMAP secureagg.server: the coordinator's folds. Start: RoundServer
/**
 * The coordinator's side: {@link org.concordat.secureagg.server.EpochServer} and {@link
 * org.concordat.secureagg.server.RoundServer}, immutable folds over accepted sealed messages. They
 * keep nothing on disk: replaying the same inputs in the same order gives the same state. The
 * deposits of a certified epoch can be {@linkplain org.concordat.secureagg.server.Deposits kept
 * outside}.
 */
@NullMarked
package org.concordat.secureagg.server;

import org.jspecify.annotations.NullMarked;

// CODEMAP coordinator.gateway: what agents send, from session to round. Start: AgentMessages
/**
 * What agents send has one path down.
 *
 * <pre>
 * GatewayService   a session: hello first, then sealed messages, in order, onto the mailbox
 * AgentMessages    takes each kind of message to whom it is for
 * SealedRouting    opens a message once; by its type it goes to stores, epochs, draws, jobs, or
 * RoundMessages    by its token to the one round that it is about
 * RoundEngine      decides, stores events with their effects, runs the effects
 * </pre>
 *
 * {@link org.concordat.coordinator.gateway.UploadReceiver} takes a masked vector to the disk before
 * its round hears of it. Who comes and goes is told to {@link
 * org.concordat.coordinator.gateway.Arrivals}; {@link org.concordat.coordinator.gateway.CatchUp}
 * tells whoever connects what it must know.
 */
@NullMarked
package org.concordat.coordinator.gateway;

import org.jspecify.annotations.NullMarked;

// CODEMAP coordinator.intake: what agents send: sessions and uploads. Start: GatewayService
/**
 * What agents send: {@link org.concordat.coordinator.intake.GatewayService} keeps their sessions
 * and hands every sealed message to the {@link org.concordat.coordinator.intake.Receiver}; {@link
 * org.concordat.coordinator.intake.UploadReceiver} takes one masked vector, part by part, to the
 * disk.
 */
@NullMarked
package org.concordat.coordinator.intake;

import org.jspecify.annotations.NullMarked;

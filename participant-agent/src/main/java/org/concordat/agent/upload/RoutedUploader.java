package org.concordat.agent.upload;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.concordat.agent.session.Regionals;
import org.concordat.certs.RosterEntry;
import org.concordat.secureagg.Digest;

/**
 * Sends a masked vector to whom the signed roster says, and to nobody else: to the aggregator of
 * this site's jurisdiction, or to the coordinator where there is none. The coordinator hears of the
 * commitment in either case, before a byte of the vector leaves: it must know what this store has
 * signed, so that an old copy of it shows.
 *
 * @param coordinator takes the vector where no aggregator does
 * @param routes whom it goes to; asked for each try, and always the same or nobody
 */
public record RoutedUploader(GrpcUploader coordinator, Routes routes, Regionals regionals)
    implements Uploader {
  @Override
  public boolean send(
      byte[] content, byte[] sealedCommitment, Digest roster, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException {
    Optional<RosterEntry> region = routes.aggregator(roster);
    if (region.isEmpty()) {
      return coordinator.send(content, sealedCommitment, roster, unwanted);
    }
    return coordinator.announce(sealedCommitment)
        && new GrpcUploader(regionals.channel(region.get()), coordinator.partBytes())
            .send(content, sealedCommitment, roster, unwanted);
  }
}

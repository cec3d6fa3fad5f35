package org.concordat.agent.upload;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.concordat.agent.session.Regionals;
import org.concordat.certs.RosterEntry;

/**
 * Sends a masked vector to whom the signed roster says, and to nobody else: to the aggregator of
 * this site's jurisdiction, or to the coordinator where there is none. The coordinator hears of the
 * commitment in either case, before a byte of the vector leaves: it must know what this store has
 * signed, so that an old copy of it shows.
 *
 * @param coordinator takes the vector where no aggregator does
 * @param aggregator of this site's jurisdiction, by the roster in force; asked for each try
 */
public record RoutedUploader(
    GrpcUploader coordinator, Supplier<Optional<RosterEntry>> aggregator, Regionals regionals)
    implements Uploader {
  @Override
  public boolean send(byte[] content, byte[] sealedCommitment, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException {
    Optional<RosterEntry> region = aggregator.get();
    if (region.isEmpty()) {
      return coordinator.send(content, sealedCommitment, unwanted);
    }
    return coordinator.announce(sealedCommitment)
        && new GrpcUploader(regionals.channel(region.get()), coordinator.partBytes())
            .send(content, sealedCommitment, unwanted);
  }
}

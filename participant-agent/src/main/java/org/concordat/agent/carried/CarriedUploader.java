package org.concordat.agent.carried;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.concordat.agent.upload.Uploader;
import org.concordat.certs.RosterEntry;

/**
 * Puts a masked vector into the files for the coordinator, unless the signed roster has it go to an
 * aggregator: no file reaches that one, and the coordinator must not have it.
 *
 * @param outbox what goes into the files
 * @param aggregator of this site's jurisdiction, by the roster in force
 */
record CarriedUploader(Uploader outbox, Supplier<Optional<RosterEntry>> aggregator)
    implements Uploader {
  @Override
  public boolean send(byte[] content, byte[] sealedCommitment, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException {
    Optional<RosterEntry> region = aggregator.get();
    if (region.isPresent()) {
      throw new RefusedException(
          "this site's updates go to '%s' alone, which takes none from files: connect the site"
              .formatted(region.get().id().value()));
    }
    return outbox.send(content, sealedCommitment, unwanted);
  }
}

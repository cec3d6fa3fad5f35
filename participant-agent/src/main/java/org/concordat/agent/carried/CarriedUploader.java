package org.concordat.agent.carried;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.concordat.agent.upload.Routes;
import org.concordat.agent.upload.Uploader;
import org.concordat.certs.RosterEntry;
import org.concordat.secureagg.Digest;

/**
 * Puts a masked vector into the files for the coordinator, unless the signed roster has it go to an
 * aggregator: no file reaches that one, and the coordinator must not have it.
 *
 * @param outbox what goes into the files
 * @param routes whom the signed rosters have take this site's
 */
record CarriedUploader(Uploader outbox, Routes routes) implements Uploader {
  @Override
  public boolean send(
      byte[] content, byte[] sealedCommitment, Digest roster, CompletableFuture<Void> unwanted)
      throws RefusedException, InterruptedException {
    Optional<RosterEntry> region = routes.aggregator(roster);
    if (region.isPresent()) {
      throw new RefusedException(
          "this site's updates go to '%s' alone, which takes none from files: connect the site"
              .formatted(region.get().id().value()));
    }
    return outbox.send(content, sealedCommitment, roster, unwanted);
  }
}

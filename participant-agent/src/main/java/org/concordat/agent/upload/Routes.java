package org.concordat.agent.upload;

import java.util.Optional;
import org.concordat.agent.upload.Uploader.RefusedException;
import org.concordat.certs.RosterEntry;
import org.concordat.secureagg.Digest;

/** Whom this site's masked vectors go to, by the signed rosters alone. */
@FunctionalInterface
public interface Routes {
  /**
   * The aggregator of this site's jurisdiction; empty where the coordinator takes the vector.
   *
   * @param roster that the update's epoch was opened for
   * @throws RefusedException where the roster in force has another: nobody was asked about that one
   */
  Optional<RosterEntry> aggregator(Digest roster) throws RefusedException;
}

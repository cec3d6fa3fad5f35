package org.concordat.coordinator.epoch;

import java.util.Comparator;
import java.util.Optional;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryType;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.secureagg.Digest;
import org.concordat.store.Entries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The epochs that the log tells of and the store knows nothing of: the store was lost. Members take
 * none but those that follow the last one they know, and its number and manifest are in the log.
 */
public final class EpochsBefore {
  private static final Logger LOG = LoggerFactory.getLogger(EpochsBefore.class);

  private static final String ID = "epoch/";
  private static final String MANIFEST = "manifest";

  private EpochsBefore() {}

  /** Goes on from the log where the store is new. Durable when it returns. */
  public static void takeUp(Entries entries, AuditTrail audit) {
    EpochNumbers numbers = new EpochNumbers(entries);
    if (numbers.highest() > 0) {
      return;
    }
    Optional<CertifiedEpoch> last =
        audit
            .entries(EntryType.EPOCH)
            .flatMap(entry -> certified(entry).stream())
            .max(Comparator.comparingLong(CertifiedEpoch::number));
    last.ifPresent(
        epoch -> {
          numbers.takeUp(epoch);
          LOG.warn(
              "the store is new, and the log tells of epoch {}: the next one follows it, as number {}",
              epoch.number(),
              numbers.highest() + 1);
        });
  }

  private static Optional<CertifiedEpoch> certified(AuditEntry entry) {
    String manifest = entry.digests().get(MANIFEST);
    return entry.id().startsWith(ID) && manifest != null
        ? Optional.of(
            new CertifiedEpoch(
                Long.parseLong(entry.id().substring(ID.length())), Digest.ofHex(manifest)))
        : Optional.empty();
  }
}

package org.concordat.auditlog;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A log that was read and verified whole.
 *
 * @param checkpoint the verified tree head: origin, size, root
 * @param note the same as signed
 * @param entriesByType how many entries of each type; types without entries are absent
 * @param first time of the first entry, if there is one
 * @param last time of the last entry, if there is one
 */
public record Verification(
    Checkpoint checkpoint,
    String note,
    Map<EntryType, Long> entriesByType,
    Optional<Instant> first,
    Optional<Instant> last) {
  /** Copies the counts. */
  public Verification {
    entriesByType = Map.copyOf(entriesByType);
  }

  /** Number of entries. */
  public long size() {
    return checkpoint.size();
  }

  /** Root hash over all entries. */
  public TreeHash root() {
    return checkpoint.root();
  }
}

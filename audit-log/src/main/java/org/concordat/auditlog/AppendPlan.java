package org.concordat.auditlog;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the appends that share a sync will change, worked out before anything is written. */
final class AppendPlan {
  private final TreeGrowth growth;
  private final Logged logged;
  private final Map<String, Long> added = new HashMap<>();
  private final List<Terms> terms = new ArrayList<>();

  AppendPlan(TreeGrowth growth, Logged logged) {
    this.growth = growth;
    this.logged = logged;
  }

  /** Says which entry of the log has an id. */
  interface Logged {
    OptionalLong find(byte[] id);
  }

  /** An entry as its caller encoded it. */
  record Encoded(String id, byte[] bytes, Terms terms) {
    static Encoded of(AuditEntry entry) {
      return new Encoded(entry.id(), entry.canonicalBytes(), Terms.of(entry));
    }
  }

  /**
   * Places entries behind those placed before.
   *
   * @return the index of each, old or new
   * @throws EntryConflictException if an id is taken by another entry; none is placed then
   */
  List<Long> add(List<Encoded> entries) {
    List<Long> indexes = new ArrayList<>(entries.size());
    List<byte[]> fresh = new ArrayList<>();
    List<Terms> freshTerms = new ArrayList<>();
    Map<String, Long> ours = new HashMap<>();
    for (Encoded entry : entries) {
      Long known = known(entry.id(), ours);
      if (known != null) {
        requireSame(entry, known, fresh);
        indexes.add(known);
        continue;
      }
      long index = growth.size() + fresh.size();
      fresh.add(entry.bytes());
      freshTerms.add(entry.terms());
      ours.put(entry.id(), index);
      indexes.add(index);
    }
    fresh.forEach(growth::add);
    added.putAll(ours);
    terms.addAll(freshTerms);
    return List.copyOf(indexes);
  }

  boolean isEmpty() {
    return added.isEmpty();
  }

  TreeGrowth growth() {
    return growth;
  }

  /** Index by id of the entries that are new. */
  Map<String, Long> added() {
    return added;
  }

  /** What the new entries are found by, in their order. */
  List<Terms> terms() {
    return terms;
  }

  private @Nullable Long known(String id, Map<String, Long> ours) {
    Long known = ours.get(id);
    if (known == null) {
      known = added.get(id);
    }
    if (known != null) {
      return known;
    }
    OptionalLong before = logged.find(id.getBytes(StandardCharsets.US_ASCII));
    return before.isPresent() ? before.getAsLong() : null;
  }

  private void requireSame(Encoded entry, long index, List<byte[]> fresh) {
    TreeHash there =
        index < growth.size()
            ? growth.leafAt(index)
            : Rfc6962.leaf(fresh.get((int) (index - growth.size())));
    if (!Rfc6962.leaf(entry.bytes()).equals(there)) {
      throw new EntryConflictException(entry.id(), index);
    }
  }
}

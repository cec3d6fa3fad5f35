package org.concordat.coordinator.round;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.region.PartialSum;

/**
 * Which members' updates go to which regional aggregator, fixed when the attempt is opened, and the
 * partial sums that came. Immutable.
 *
 * @param of aggregator by member; members without one are not in it
 * @param partials what came, by aggregator
 */
public record Regions(SortedMap<String, String> of, SortedMap<String, Partial> partials) {
  /**
   * A partial sum that is whole on disk.
   *
   * @param sealed the signed {@link PartialSum}
   */
  public record Partial(Digest root, Bytes sealed) {}

  /** Every update comes to the coordinator. */
  public static final Regions NONE = new Regions(Map.of());

  public Regions {
    of = Collections.unmodifiableSortedMap(new TreeMap<>(of));
    partials = Collections.unmodifiableSortedMap(new TreeMap<>(partials));
  }

  /** Before any partial sum came. */
  public Regions(Map<String, String> of) {
    this(new TreeMap<>(of), new TreeMap<>());
  }

  Regions with(String region, Partial partial) {
    SortedMap<String, Partial> more = new TreeMap<>(partials);
    more.put(region, partial);
    return new Regions(of, more);
  }

  /** The aggregators. */
  public Set<String> names() {
    return new TreeSet<>(of.values());
  }

  /** Who adds up this member's update; empty where the coordinator does. */
  public Optional<String> aggregatorOf(String member) {
    return Optional.ofNullable(of.get(member));
  }

  /** Members of this region among these, sorted. */
  public List<String> members(String region, Collection<String> among) {
    return among.stream().filter(member -> region.equals(of.get(member))).sorted().toList();
  }

  /**
   * Those among these whose region has fewer than {@value PartialSum#MIN_MEMBERS} of them: it
   * counts as dropped, wholly, since its sum would tell too much.
   */
  Set<String> tooFew(Set<String> among) {
    Map<String, Long> sizes =
        among.stream()
            .filter(of::containsKey)
            .collect(Collectors.groupingBy(of::get, Collectors.counting()));
    return among.stream()
        .filter(member -> of.containsKey(member))
        .filter(member -> sizes.getOrDefault(of.get(member), 0L) < PartialSum.MIN_MEMBERS)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Aggregators whose partial sum is still to come, once it is certain who survived. */
  public List<String> missing(Collection<String> survivors) {
    return names().stream()
        .filter(region -> !partials.containsKey(region) && !members(region, survivors).isEmpty())
        .toList();
  }
}

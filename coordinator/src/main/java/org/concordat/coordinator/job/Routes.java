package org.concordat.coordinator.job;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.certs.RosterEntry;
import org.concordat.coordinator.directory.Directory;
import org.concordat.secureagg.region.PartialSum;

/**
 * Where members' updates go by the signed roster in force: to the aggregator of their own
 * jurisdiction where it names one, else to the coordinator. Each agent computes the same from its
 * own roster.
 */
public final class Routes {
  private final Directory directory;

  Routes(Directory directory) {
    this.directory = directory;
  }

  /** Aggregators by member, for those that have one. */
  public SortedMap<String, String> of(Collection<String> members) {
    SortedMap<String, String> routes = new TreeMap<>();
    members.forEach(
        member -> aggregatorOf(member).ifPresent(entry -> routes.put(member, entry.id().value())));
    return routes;
  }

  Optional<RosterEntry> aggregatorOf(String member) {
    return directory.find(member).flatMap(directory.roster()::aggregatorOf);
  }

  /**
   * Why these members' updates cannot be summed by way of their regions, or empty: a region's sum
   * of one member is its update, and of two each can work out the other's.
   */
  public String denial(Collection<String> members) {
    SortedMap<String, List<String>> regions = new TreeMap<>();
    of(members)
        .forEach(
            (member, region) ->
                regions.computeIfAbsent(region, any -> new ArrayList<>()).add(member));
    for (var region : regions.entrySet()) {
      if (region.getValue().size() < PartialSum.MIN_MEMBERS) {
        return inWords(region.getKey(), region.getValue());
      }
      Optional<String> gone = directory.gone(region.getKey());
      if (gone.isPresent()) {
        return "the updates of %s go to '%s' alone: %s"
            .formatted(String.join(", ", region.getValue()), region.getKey(), gone.get());
      }
    }
    return "";
  }

  private static String inWords(String region, List<String> members) {
    return ("the updates of %s go to the aggregator '%s' of their jurisdiction, which adds up at least"
            + " %d members: with %d of them its sum would tell too much. Next: a job with more members"
            + " of that jurisdiction, or without these; or a roster without '%s' ('member remove')")
        .formatted(
            String.join(", ", members), region, PartialSum.MIN_MEMBERS, members.size(), region);
  }
}

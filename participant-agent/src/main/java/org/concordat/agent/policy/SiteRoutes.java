package org.concordat.agent.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.upload.Routes;
import org.concordat.agent.upload.Uploader.RefusedException;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.region.PartialSum;

/**
 * Where updates go, computed here from the rosters that the members signed: to the aggregator of a
 * member's own jurisdiction where the roster names one, else to the coordinator. No message of the
 * coordinator says anything of it.
 *
 * @param carried whether this site has no line, and files alone reach the coordinator
 */
public record SiteRoutes(Rosters rosters, String self, boolean carried) implements Routes {
  /** Who adds up this site's updates by the roster in force; empty where the coordinator does. */
  public Optional<RosterEntry> aggregator() {
    return aggregatorOf(rosters.latest(), self);
  }

  @Override
  public Optional<RosterEntry> aggregator(Digest epochRoster) throws RefusedException {
    Optional<RosterEntry> now = aggregator();
    String changed = changed(epochRoster, now);
    if (!changed.isEmpty()) {
      throw new RefusedException(changed);
    }
    return now;
  }

  /**
   * Why an update of an epoch may not leave, or empty: the roster in force has others add it up
   * than the roster that the epoch was opened for. The policy was asked about those.
   */
  public String changed(Digest epochRoster) {
    return changed(epochRoster, aggregator());
  }

  private String changed(Digest epochRoster, Optional<RosterEntry> now) {
    Optional<RosterEntry> then = aggregatorOf(roster(epochRoster), self);
    return then.map(SiteRoutes::judged).equals(now.map(SiteRoutes::judged))
        ? ""
        : "this site's updates of this epoch go to %s, and since a newer roster to %s: it waits for the next epoch"
            .formatted(name(then), name(now));
  }

  /** What a policy sees of an aggregator; it may move to another address. */
  private static List<Object> judged(RosterEntry entry) {
    return List.of(entry.id(), entry.jurisdiction(), entry.country(), entry.controllingCountry());
  }

  private static String name(Optional<RosterEntry> aggregator) {
    return aggregator.map(entry -> "'" + entry.id().value() + "'").orElse("the coordinator");
  }

  /** Whom this member's updates go to by the roster in force; empty where to the coordinator. */
  Optional<RosterEntry> aggregatorOf(String member) {
    return aggregatorOf(rosters.latest(), member);
  }

  /** Aggregators by member, for those of a cohort that have one, by the roster that it names. */
  public SortedMap<String, String> of(Cohort cohort, Collection<String> members) {
    return of(roster(cohort.rosterDigest()), members);
  }

  private Roster roster(Digest digest) {
    return rosters.find(digest).orElseGet(rosters::latest);
  }

  private static SortedMap<String, String> of(Roster roster, Collection<String> members) {
    SortedMap<String, String> routes = new TreeMap<>();
    for (String member : members) {
      aggregatorOf(roster, member).ifPresent(entry -> routes.put(member, entry.id().value()));
    }
    return routes;
  }

  private static Optional<RosterEntry> aggregatorOf(Roster roster, String member) {
    return roster.find(new MemberId(member)).flatMap(roster::aggregatorOf);
  }

  /**
   * Why this site's update cannot be summed by way of its region, or empty.
   *
   * @param members whose updates would be added up, this site's among them
   */
  public String denial(Collection<String> members) {
    Optional<RosterEntry> aggregator = aggregator();
    if (aggregator.isEmpty()) {
      return "";
    }
    String region = aggregator.get().id().value();
    if (carried) {
      return "this site's updates go to '%s' alone, which takes none from files: connect the site"
          .formatted(region);
    }
    Optional<String> suspended = rosters.suspended(region);
    if (suspended.isPresent()) {
      return "this site's updates go to '%s' alone, which is suspended: %s"
          .formatted(region, suspended.get());
    }
    List<String> inside = new ArrayList<>(of(rosters.latest(), members).keySet());
    inside.removeIf(member -> !aggregatorOf(member).equals(aggregator));
    return inside.size() >= PartialSum.MIN_MEMBERS
        ? ""
        : ("this site's updates go to '%s', the aggregator of its jurisdiction, which adds up at least"
                + " %d members: with %d (%s) its sum would tell too much")
            .formatted(region, PartialSum.MIN_MEMBERS, inside.size(), String.join(", ", inside));
  }

  /** Why a survivor set must not be signed or opened, or empty: a region has too few in it. */
  public String denialOf(Cohort cohort, Survivors survivors) {
    List<String> names =
        survivors.indices().stream()
            .filter(index -> index < cohort.size())
            .map(cohort.members()::get)
            .toList();
    SortedMap<String, Integer> sizes = new TreeMap<>();
    of(cohort, names).values().forEach(region -> sizes.merge(region, 1, Integer::sum));
    return sizes.entrySet().stream()
        .filter(size -> size.getValue() < PartialSum.MIN_MEMBERS)
        .map(
            size ->
                "the survivors have %d of region '%s', which counts as dropped below %d"
                    .formatted(size.getValue(), size.getKey(), PartialSum.MIN_MEMBERS))
        .findFirst()
        .orElse("");
  }
}

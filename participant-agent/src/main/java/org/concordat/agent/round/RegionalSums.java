package org.concordat.agent.round;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SiteRoutes;
import org.concordat.agent.policy.SumFacts;
import org.concordat.agent.session.Fetcher;
import org.concordat.agent.session.Fetcher.FetchFailedException;
import org.concordat.certs.RosterEntry;
import org.concordat.jurisdictions.Action;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.secureagg.region.PartialSums;

/**
 * What a round's sum is made of, as this site may see it: members' uploads where they went to the
 * coordinator, and partial sums of regions, each signed by the aggregator that the roster names and
 * of exactly its certified survivors.
 *
 * @param direct members whose uploads went to the coordinator
 * @param inRegions members whose uploads did not
 * @param roots of the first, and of the partial sums by aggregator
 * @param own this site's region, where it has one in the round
 */
record RegionalSums(
    Set<String> direct, Set<String> inRegions, SortedMap<String, Digest> roots, Optional<Own> own) {
  /**
   * A region.
   *
   * @param members its survivors
   */
  record Own(RosterEntry aggregator, PartialSum partial, Set<String> members) {
    /**
     * That a leaf of the partial sum is what the members' leaves add up to.
     *
     * @throws Refusal naming the region
     */
    void check(
        VerifiedRound round,
        int leaf,
        Map<String, LeafProof> inside,
        Map<String, LeafProof> forwarded)
        throws Refusal {
      LeafProof own = forwarded.get(partial.region());
      Refusal.require(
          own != null,
          Reason.LEAF_WITHHELD,
          round.cohort().coordinator(),
          "leaf %d of the partial sum of %s is not delivered",
          leaf,
          partial.region());
      PartialSums.checkLeaf(
          round.task(),
          round.survivors(),
          partial,
          round.cohort().members(),
          leaf,
          inside,
          Objects.requireNonNull(own));
    }
  }

  /**
   * Fetches the partial sums, if there are regions, and checks who is in which.
   *
   * @throws Refusal naming the region or coordinator at fault
   */
  static RegionalSums of(VerifiedRound round, SiteRoutes routes, Fetcher fetcher, Notary notary)
      throws FetchFailedException, Refusal {
    SortedMap<String, Digest> roots = new TreeMap<>(round.uploads());
    SortedMap<String, String> regionOf = routes.of(round.cohort(), roots.keySet());
    if (regionOf.isEmpty()) {
      return new RegionalSums(Set.copyOf(roots.keySet()), Set.of(), roots, Optional.empty());
    }
    Task task = round.task();
    List<PartialSum> partials =
        PartialSums.open(
            notary.under(round.cohort().rosterDigest()),
            fetcher.partialSums(task.job(), task.round(), SpotCheck.cohort(task, round.result())),
            round.cohort().coordinator());
    roots.keySet().removeAll(regionOf.keySet());
    Set<String> direct = Set.copyOf(roots.keySet());
    for (PartialSum partial : partials) {
      PartialSums.requireExactly(
          task,
          round.survivors(),
          partial,
          members(regionOf, partial.region()).stream().map(round.cohort()::indexOf).toList());
      Refusal.require(
          roots.put(partial.region(), partial.root()) == null,
          Reason.CONFLICTING_MESSAGE,
          partial.region(),
          "two partial sums for %s",
          task.ref().describe());
    }
    Set<String> missing = new TreeSet<>(regionOf.values());
    missing.removeAll(roots.keySet());
    Refusal.require(
        missing.isEmpty(),
        Reason.SUM_MISMATCH,
        round.cohort().coordinator(),
        "no partial sums of %s are shown",
        missing);
    return new RegionalSums(
        direct, Set.copyOf(regionOf.keySet()), roots, own(routes, partials, regionOf));
  }

  private static Set<String> members(SortedMap<String, String> regionOf, String region) {
    return regionOf.keySet().stream()
        .filter(member -> region.equals(regionOf.get(member)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<Own> own(
      SiteRoutes routes, List<PartialSum> partials, SortedMap<String, String> regionOf) {
    return routes
        .aggregator()
        .flatMap(
            entry ->
                partials.stream()
                    .filter(partial -> partial.region().equals(entry.id().value()))
                    .findFirst()
                    .map(partial -> new Own(entry, partial, members(regionOf, partial.region()))));
  }

  /** Why this site may not hold leaves of what the coordinator has, or empty. */
  String denialOfLeaves(SitePolicy policy, JobSpec spec, SumFacts sum, boolean byPerson) {
    String uploads =
        direct.isEmpty() ? "" : policy.denialOfLeaves(Action.SUBMIT, spec, direct, sum, byPerson);
    return uploads.isEmpty() && !inRegions.isEmpty()
        ? policy.denialOfLeaves(Action.AGGREGATE, spec, inRegions, sum, byPerson)
        : uploads;
  }

  /** Why this site may not hold leaves of its own region's uploads, or empty. */
  String denialInside(SitePolicy policy, JobSpec spec, SumFacts sum, boolean byPerson) {
    return own.map(
            region -> policy.denialOfLeaves(Action.SUBMIT, spec, region.members(), sum, byPerson))
        .orElse("");
  }
}

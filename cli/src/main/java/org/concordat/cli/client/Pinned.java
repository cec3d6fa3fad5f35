package org.concordat.cli.client;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterEntry;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.Failure;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;

/**
 * What the pinned genesis says about an epoch's cohort and the keys of its members.
 *
 * @param wrong how to fail, given what does not hold
 */
record Pinned(Client client, Function<String, Failure> wrong) {
  /** The roster of that digest, if it follows from the genesis. */
  Roster roster(Digest digest) {
    return client
        .rosters()
        .find(new Sha256(digest.hex()))
        .orElseThrow(
            () -> wrong.apply("the epoch names a roster that does not follow from your genesis"));
  }

  /**
   * The epoch's members are some of the roster's, and its sums take as many survivors as every
   * agent pins for the whole roster: a small epoch is not a weaker one.
   */
  void requireCohort(Cohort cohort, Roster roster) {
    requireMembers(cohort, roster);
    int agents = roster.agents().size();
    int least = Cohort.leastSurvivors(agents, cohort.colluders());
    if (cohort.minSurvivors() < least) {
      throw wrong.apply(
          "the epoch lets a sum be made of %d members; with %d agents in the roster and %d colluders it takes %d"
              .formatted(cohort.minSurvivors(), agents, cohort.colluders(), least));
    }
  }

  /**
   * The epoch's members are some of the roster's, under its policy, and the genesis's coordinator.
   */
  void requireMembers(Cohort cohort, Roster roster) {
    List<String> agents = roster.agents().stream().map(entry -> entry.id().value()).toList();
    boolean agreed =
        cohort.policyDigest().hex().equals(client.rosters().policyDigest(roster).hex())
            && cohort.coordinator().equals(client.genesis().coordinator().id().value())
            && cohort.alliance().equals(client.genesis().alliance().value());
    if (!agents.containsAll(cohort.members()) || !agreed) {
      throw wrong.apply(
          "the epoch has members, a policy or a coordinator that your genesis and rosters do not");
    }
  }

  /** Opens what members of a roster have signed; signs nothing. */
  Notary notary(Roster roster) {
    return new EnvelopeNotary(
        new Envelopes(
            client.genesis().alliance().value(),
            client.site().id().value(),
            message -> {
              throw new IllegalStateException("nothing is signed here");
            },
            (sender, message, signature) ->
                find(roster, sender)
                    .map(entry -> entry.identityKey().verify(message, signature))
                    .orElse(false),
            0));
  }

  private static Optional<RosterEntry> find(Roster roster, String sender) {
    try {
      return roster.find(new MemberId(sender));
    } catch (IllegalArgumentException noSuchName) {
      return Optional.empty();
    }
  }
}

package org.concordat.certs;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Consistency of a roster's entries; each breach is an IllegalArgumentException naming it. */
final class RosterRules {
  private RosterRules() {}

  static void check(
      AllianceDomain domain,
      List<RosterEntry> entries,
      List<RevokedEntry> revoked,
      List<SuspendedEntry> suspensions) {
    if (entries.size() > Roster.MAX_ENTRIES || revoked.size() > Roster.MAX_REVOKED) {
      throw new IllegalArgumentException(
          "a roster holds at most %d members and %d revocations"
              .formatted(Roster.MAX_ENTRIES, Roster.MAX_REVOKED));
    }
    requireSorted(entries);
    entries.forEach(entry -> requireDnsName(entry, domain));
    requireDistinct(
        "identity key",
        Stream.concat(
            entries.stream().map(RosterEntry::identityKey),
            revoked.stream().map(RevokedEntry::identityKey)));
    requireDistinct(
        "member CA key",
        Stream.concat(
            entries.stream().map(RosterEntry::memberCa),
            revoked.stream().map(RevokedEntry::memberCa)));
    requireOneAggregatorEach(entries);
    Set<MemberId> suspended = requireSuspensions(entries, suspensions);
    if (entries.stream()
        .noneMatch(
            entry -> entry.roles().contains(Role.AGENT) && !suspended.contains(entry.id()))) {
      throw new IllegalArgumentException(
          "a roster needs at least one member with the role agent that is not suspended");
    }
  }

  /** So that who a member's update goes to is never a choice. */
  private static void requireOneAggregatorEach(List<RosterEntry> entries) {
    Map<Jurisdiction, MemberId> aggregators = new HashMap<>();
    for (RosterEntry entry : entries) {
      if (entry.roles().contains(Role.AGGREGATOR)) {
        MemberId other = aggregators.put(entry.jurisdiction(), entry.id());
        if (other != null) {
          throw new IllegalArgumentException(
              "%s and %s are both aggregators of jurisdiction %s: one each, remove the other first"
                  .formatted(other, entry.id(), entry.jurisdiction()));
        }
      }
    }
  }

  static void checkAuthorities(AllianceDomain domain, List<Authority> authorities) {
    if (authorities.size() > Roster.MAX_AUTHORITIES) {
      throw new IllegalArgumentException(
          "a roster has at most %d roots at the same time".formatted(Roster.MAX_AUTHORITIES));
    }
    requireDistinct("root", Authority.roots(authorities).stream());
    authorities.forEach(authority -> authority.requireFits(domain));
  }

  static void checkDocuments(int version, List<DocumentEntry> documents) {
    for (int i = 1; i < documents.size(); i++) {
      if (documents.get(i - 1).kind().compareTo(documents.get(i).kind()) >= 0) {
        throw new IllegalArgumentException("documents must be sorted by kind, one of each");
      }
    }
    if (version == 1 && documents.stream().anyMatch(one -> one.kind() == DocumentKind.POLICY)) {
      throw new IllegalArgumentException("roster version 1 names no policy: the genesis has it");
    }
  }

  private static Set<MemberId> requireSuspensions(
      List<RosterEntry> entries, List<SuspendedEntry> suspensions) {
    Map<MemberId, RosterEntry> byId = new HashMap<>();
    entries.forEach(entry -> byId.put(entry.id(), entry));
    Set<MemberId> suspended = new HashSet<>();
    MemberId before = null;
    for (SuspendedEntry one : suspensions) {
      RosterEntry entry = byId.get(one.id());
      if (entry == null) {
        throw new IllegalArgumentException(one.id() + " is suspended, and no member");
      }
      if (entry.roles().contains(Role.COORDINATOR)) {
        throw new IllegalArgumentException(one.id() + " is the coordinator: it stays");
      }
      if (before != null && before.compareTo(one.id()) >= 0) {
        throw new IllegalArgumentException("suspensions must be sorted by id, each member once");
      }
      before = one.id();
      suspended.add(one.id());
    }
    return suspended;
  }

  private static void requireSorted(List<RosterEntry> entries) {
    for (int i = 1; i < entries.size(); i++) {
      int order = entries.get(i - 1).id().compareTo(entries.get(i).id());
      if (order == 0) {
        throw new IllegalArgumentException("member " + entries.get(i).id() + " is listed twice");
      }
      if (order > 0) {
        throw new IllegalArgumentException("entries must be sorted by id");
      }
    }
  }

  private static void requireDnsName(RosterEntry entry, AllianceDomain domain) {
    String expected = domain.of(entry.id(), entry.jurisdiction());
    if (!entry.dnsName().equals(expected)) {
      throw new IllegalArgumentException(
          "dnsName of %s must be %s, not %s"
              .formatted(entry.id(), expected, Quoted.text(entry.dnsName())));
    }
  }

  private static void requireDistinct(String what, Stream<?> values) {
    Set<Object> seen = new HashSet<>();
    values.forEach(
        value -> {
          if (!seen.add(value)) {
            throw new IllegalArgumentException(
                what + " " + value + " is already a member's, or was revoked; make new keys");
          }
        });
  }
}

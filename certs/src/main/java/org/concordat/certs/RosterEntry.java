package org.concordat.certs;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One member in force.
 *
 * @param dnsName certificate name, {@code <id>.<jurisdiction>.<alliance domain>}
 * @param memberCa SHA-256 of the member CA's SubjectPublicKeyInfo
 * @param logVkey present exactly for a coordinator
 */
public record RosterEntry(
    MemberId id,
    Jurisdiction jurisdiction,
    Country country,
    Country controllingCountry,
    Set<Role> roles,
    String dnsName,
    IdentityKey identityKey,
    Sha256 memberCa,
    @Nullable LogVkey logVkey) {
  public RosterEntry {
    if (roles.isEmpty() || roles.contains(Role.COORDINATOR) != (logVkey != null)) {
      throw new IllegalArgumentException(
          "entry " + id + " needs a role, and a logVkey exactly when it is a coordinator");
    }
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
  }

  /** The same member with another entry's keys. */
  RosterEntry withKeysOf(RosterEntry other) {
    return new RosterEntry(
        id,
        jurisdiction,
        country,
        controllingCountry,
        roles,
        dnsName,
        other.identityKey,
        other.memberCa,
        logVkey);
  }

  /** Everything but keys and name, as a request would have to say it. */
  String inWords() {
    return "jurisdiction %s, country %s, control %s, roles %s%s"
        .formatted(
            jurisdiction,
            country,
            controllingCountry,
            roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(",")),
            logVkey == null ? "" : ", log key " + logVkey);
  }
}

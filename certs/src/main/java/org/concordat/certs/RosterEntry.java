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
 * @param address {@code host:port}, present exactly for an aggregator: its region's members send
 *     updates there and nowhere else, whoever says otherwise
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
    @Nullable LogVkey logVkey,
    @Nullable String address) {
  /** One that is no aggregator. */
  public RosterEntry(
      MemberId id,
      Jurisdiction jurisdiction,
      Country country,
      Country controllingCountry,
      Set<Role> roles,
      String dnsName,
      IdentityKey identityKey,
      Sha256 memberCa,
      @Nullable LogVkey logVkey) {
    this(
        id,
        jurisdiction,
        country,
        controllingCountry,
        roles,
        dnsName,
        identityKey,
        memberCa,
        logVkey,
        null);
  }

  public RosterEntry {
    if (roles.isEmpty() || roles.contains(Role.COORDINATOR) != (logVkey != null)) {
      throw new IllegalArgumentException(
          "entry " + id + " needs a role, and a logVkey exactly when it is a coordinator");
    }
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    boolean aggregator = roles.contains(Role.AGGREGATOR);
    if (aggregator != (address != null)) {
      throw new IllegalArgumentException(
          "entry " + id + " needs an address exactly when it is an aggregator (--address)");
    }
    if (aggregator && (roles.contains(Role.AGENT) || roles.contains(Role.COORDINATOR))) {
      throw new IllegalArgumentException(
          "%s adds up a region's updates: it is no agent and no coordinator besides".formatted(id));
    }
    if (address != null) {
      MemberProfile.requireAddress(address);
    }
  }

  /** The host of an aggregator's address. */
  public String host() {
    return at().substring(0, at().lastIndexOf(':'));
  }

  /** The port of an aggregator's address. */
  public int port() {
    return Integer.parseInt(at().substring(at().lastIndexOf(':') + 1));
  }

  private String at() {
    if (address == null) {
      throw new IllegalStateException(id + " is no aggregator");
    }
    return address;
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
        logVkey,
        address);
  }

  /** Everything but keys and name, as a request would have to say it. */
  String inWords() {
    return "jurisdiction %s, country %s, control %s, roles %s%s%s"
        .formatted(
            jurisdiction,
            country,
            controllingCountry,
            roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(",")),
            logVkey == null ? "" : ", log key " + logVkey,
            address == null ? "" : ", address " + address);
  }
}

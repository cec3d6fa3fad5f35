package org.concordat.certs;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a participant says of itself when it asks to become a member.
 *
 * @param country where the participant processes data
 * @param controllingCountry the country whose law controls its operator
 * @param roles at least one
 * @param address {@code host:port}: where an aggregator is reached, as the roster will say; of a
 *     coordinator it is advice for configuration; never a certificate name
 * @param logVkey the audit log's key; present exactly when {@code roles} has the coordinator
 * @param invitationNonce nonce of the invitation that this answers; absent for founders
 */
public record MemberProfile(
    MemberId id,
    Jurisdiction jurisdiction,
    Country country,
    Country controllingCountry,
    Set<Role> roles,
    @Nullable String address,
    @Nullable LogVkey logVkey,
    @Nullable String invitationNonce) {
  public MemberProfile {
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("member " + id + " must ask for at least one role");
    }
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
    if (roles.contains(Role.COORDINATOR) != (logVkey != null)) {
      throw new IllegalArgumentException(
          "member " + id + " must give logVkey exactly when it asks for the role coordinator");
    }
    if (address != null) {
      requireAddress(address);
    }
    if (invitationNonce != null) {
      Invitation.requireNonce(invitationNonce);
    }
  }

  static void requireAddress(String address) {
    if (!address.matches("[A-Za-z0-9.:\\[\\]-]{1,255}:[0-9]{1,5}")
        || Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)) > 65_535) {
      throw new IllegalArgumentException("address must be host:port: " + Quoted.text(address));
    }
  }

  /** A founding member that runs no coordinator. */
  public static MemberProfile founder(
      MemberId id, Jurisdiction jurisdiction, Country country, Set<Role> roles) {
    return new MemberProfile(id, jurisdiction, country, country, roles, null, null, null);
  }
}

package org.concordat.iam;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.Role;

/**
 * One row of the {@link AccessTable}.
 *
 * @param roles who may make the calls
 * @param quorum whether a call only brings one member's signature, and k members' signatures do it
 * @param calls full names of the gRPC methods; none where signed files do it
 */
public record AccessRule(
    Permission permission, Set<Role> roles, boolean quorum, List<String> calls) {
  public AccessRule {
    roles = Set.copyOf(roles);
    calls = List.copyOf(calls);
  }

  /** {@code submit-job}. */
  public String name() {
    return permission.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@code the role agent or approver, and signatures of k members}. */
  public String needs() {
    String role = roles.isEmpty() ? "" : "the role " + names(roles, " or ");
    String and = roles.isEmpty() ? "" : ", and ";
    return quorum ? role + and + "signatures of k members" : role;
  }

  /** The roles in which people may sign in for these calls. */
  public Set<Role> people() {
    Set<Role> people = EnumSet.copyOf(AccessTable.PEOPLE);
    people.retainAll(roles);
    return people;
  }

  /** Roles by name, in the order of {@link Role}. */
  public static String names(Set<Role> roles, String between) {
    return roles.stream().sorted().map(Role::wireName).collect(Collectors.joining(between));
  }
}

package org.concordat.iam;

import static org.concordat.iam.Permission.ABORT_JOB;
import static org.concordat.iam.Permission.AGENT_SESSION;
import static org.concordat.iam.Permission.APPROVE_MEMBER;
import static org.concordat.iam.Permission.INVITE_MEMBER;
import static org.concordat.iam.Permission.READ_AUDIT;
import static org.concordat.iam.Permission.READ_MODELS;
import static org.concordat.iam.Permission.READ_STATUS;
import static org.concordat.iam.Permission.REMOVE_MEMBER;
import static org.concordat.iam.Permission.SUBMIT_JOB;
import static org.concordat.iam.Permission.UPLOAD;
import static org.concordat.iam.Permission.WITNESS;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.certs.Role;

/**
 * The one table of roles and permissions. What is not in it is denied. Roles do not include one
 * another; a member that holds several presents a certificate for the one it acts in.
 */
public final class AccessTable {
  private static final Map<Role, Set<Permission>> TABLE = table();

  private AccessTable() {}

  private static Map<Role, Set<Permission>> table() {
    Map<Role, Set<Permission>> table = new EnumMap<>(Role.class);
    table.put(Role.COORDINATOR, EnumSet.of(READ_STATUS));
    table.put(
        Role.AGENT,
        EnumSet.of(
            AGENT_SESSION, UPLOAD, WITNESS, APPROVE_MEMBER, READ_STATUS, READ_MODELS, READ_AUDIT));
    table.put(Role.OPERATOR, EnumSet.of(SUBMIT_JOB, ABORT_JOB, READ_STATUS, READ_MODELS));
    table.put(Role.APPROVER, EnumSet.of(APPROVE_MEMBER, READ_STATUS));
    table.put(Role.MEMBER_ADMIN, EnumSet.of(INVITE_MEMBER, REMOVE_MEMBER, READ_STATUS));
    table.put(Role.AUDITOR, EnumSet.of(READ_AUDIT, READ_STATUS));
    return Collections.unmodifiableMap(table);
  }

  /** Roles that have {@code permission}. */
  public static Set<Role> rolesWith(Permission permission) {
    return TABLE.entrySet().stream()
        .filter(row -> row.getValue().contains(permission))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)));
  }

  /** Whether this caller may, and why, in words for the caller and the audit log. */
  public static AccessDecision decide(Caller caller, Permission permission) {
    Set<Permission> granted = TABLE.getOrDefault(caller.role(), Set.of());
    if (granted.contains(permission)) {
      return new AccessDecision(
          true, caller, permission, caller.inWords() + " may " + permission.inWords());
    }
    String explanation =
        "%s may not %s: that needs the role %s; use a certificate for such a role"
            .formatted(caller.inWords(), permission.inWords(), names(rolesWith(permission)));
    return new AccessDecision(false, caller, permission, explanation);
  }

  private static String names(Set<Role> roles) {
    return roles.stream().map(Role::wireName).collect(Collectors.joining(" or "));
  }
}

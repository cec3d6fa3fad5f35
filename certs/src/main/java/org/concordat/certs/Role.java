package org.concordat.certs;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a certificate may act as; the path of its URI name ({@code spiffe://<name>/<wireName>}). A
 * member may hold several roles in the roster; each certificate acts in exactly one.
 */
public enum Role {
  COORDINATOR("coordinator"),
  AGENT("agent"),
  OPERATOR("operator"),
  APPROVER("approver"),
  MEMBER_ADMIN("member-admin"),
  AUDITOR("auditor"),
  /** Adds up the masked updates of one jurisdiction's members, for the coordinator. */
  AGGREGATOR("aggregator");

  private final String wireName;

  Role(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  public static Optional<Role> find(String wireName) {
    return Arrays.stream(values()).filter(r -> r.wireName.equals(wireName)).findFirst();
  }

  /**
   * @throws IllegalArgumentException naming the known roles when {@code wireName} is none of them
   */
  public static Role of(String wireName) {
    return find(wireName)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown role "
                        + Quoted.text(wireName)
                        + "; known: "
                        + Arrays.stream(values())
                            .map(Role::wireName)
                            .collect(Collectors.joining(", "))));
  }
}

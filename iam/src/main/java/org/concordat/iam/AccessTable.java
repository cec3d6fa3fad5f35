package org.concordat.iam;

/** Skeleton: the one table of roles and permissions. */
public final class AccessTable {
  private AccessTable() {}

  public static AccessDecision decide(Caller caller, Permission permission) {
    throw new UnsupportedOperationException();
  }
}

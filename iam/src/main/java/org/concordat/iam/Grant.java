package org.concordat.iam;

import java.time.Instant;
import java.util.Set;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.Role;

/**
 * One role of one caller, and how far it goes. It ends by itself.
 *
 * @param member for whom the caller acts; a grant for another member is none
 * @param jurisdiction of that member, as the roster says it
 * @param purposes purposes of jobs that it is for; empty: any
 * @param jobs ids of jobs that it is for; empty: any
 * @param validUntil it counts before this instant only
 */
public record Grant(
    Role role,
    MemberId member,
    Jurisdiction jurisdiction,
    Set<String> purposes,
    Set<String> jobs,
    Instant validUntil) {
  public Grant {
    purposes = Set.copyOf(purposes);
    jobs = Set.copyOf(jobs);
  }

  /** A role without further limits. */
  public static Grant of(
      Role role, MemberId member, Jurisdiction jurisdiction, Instant validUntil) {
    return new Grant(role, member, jurisdiction, Set.of(), Set.of(), validUntil);
  }

  /** Whether only a request itself shows if this grant is enough. */
  public boolean scoped() {
    return !purposes.isEmpty() || !jobs.isEmpty();
  }
}

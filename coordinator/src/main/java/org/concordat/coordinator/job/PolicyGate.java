package org.concordat.coordinator.job;

import java.util.List;
import org.concordat.protocol.v1.JobSpec;

/** What the alliance's policy says about an action of a job, member by member. */
public interface PolicyGate {
  /**
   * A decision about one member.
   *
   * @param explanation plain words: the rules, the facts, and the smallest change that would flip it
   */
  record MemberVerdict(String member, boolean allowed, String explanation) {}

  /** Decides about each member by itself and logs it. Actions are the policy's: dispatch, submit, aggregate, release. */
  List<MemberVerdict> decide(String action, JobSpec spec, List<String> members);
}

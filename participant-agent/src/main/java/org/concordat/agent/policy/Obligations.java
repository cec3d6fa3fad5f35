package org.concordat.agent.policy;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Obligation;

/**
 * The obligations of an allowing decision, and how an agent meets them. One that it does not know
 * how to meet is a refusal, by name.
 *
 * <ul>
 *   <li>{@code log-before-acting}: consent and refusal are in the alliance's log before the job
 *       starts, and each round's events before they are acted upon: the coordinator writes them.
 *   <li>{@code approval-by-person}: the job waits in the inbox until an approver has signed.
 *   <li>{@code delete-updates-after-round}: this site's own masked update is erased with the token
 *       that masked it, when the round is over. What the aggregator keeps is its own decision's
 *       obligation.
 *   <li>{@code members-only}: the agent gives a model to nobody.
 *   <li>{@code min-cohort}: the sum that the update goes into has so many members, by the certified
 *       manifest and then by the certified survivors, or this site does not act.
 *   <li>{@code retain-days}: this site keeps no update, sum or model longer than its round; records
 *       at the aggregator are the aggregator's to delete.
 *   <li>{@code notify}: this site's people are told before it consents, in {@code notices.txt} of
 *       its home; where a later policy asks for it, before the next action of the job.
 * </ul>
 */
public final class Obligations {
  private static final Set<Obligation> MET =
      EnumSet.of(
          Obligation.LOG_BEFORE_ACTING,
          Obligation.APPROVAL_BY_PERSON,
          Obligation.DELETE_UPDATES_AFTER_ROUND,
          Obligation.MEMBERS_ONLY,
          Obligation.MIN_COHORT,
          Obligation.RETAIN_DAYS,
          Obligation.NOTIFY);

  private Obligations() {}

  /** Whether a person must have approved the job. */
  public static boolean needsPerson(Set<Obligation> obligations) {
    return obligations.contains(Obligation.APPROVAL_BY_PERSON);
  }

  /** Why an action that is allowed must be refused all the same; empty where all is met. */
  public static String unmet(Action action, Set<Obligation> obligations, boolean byPerson) {
    Set<Obligation> unknown = EnumSet.noneOf(Obligation.class);
    unknown.addAll(obligations);
    unknown.removeAll(MET);
    if (!unknown.isEmpty()) {
      return "the policy allows "
          + action
          + " with an obligation that this agent cannot carry out: "
          + unknown.stream().map(Obligation::text).sorted().collect(Collectors.joining(", "));
    }
    return needsPerson(obligations) && !byPerson
        ? "the policy allows %s only with %s, and no person has approved this job"
            .formatted(action, Obligation.APPROVAL_BY_PERSON.text())
        : "";
  }
}

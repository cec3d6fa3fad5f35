package org.concordat.coordinator.regional;

import java.util.List;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;

/** Whose updates this aggregator adds up. */
interface Region {
  /** The aggregator's id. */
  String self();

  /**
   * Members of this region in an epoch's cohort, sorted, by the roster that the cohort names.
   *
   * @throws Refusal naming the coordinator, where that roster is not known here, or has not all of
   *     the cohort as agents: they would be nobody's
   */
  List<String> members(Cohort cohort) throws Refusal;

  /** Whether the roster in force has a member's updates come here. */
  boolean isMine(String member);
}

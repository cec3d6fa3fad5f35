package org.concordat.agent.approval;

import java.util.List;
import org.concordat.agent.data.DataSet;

/** What this site's own checks and rule say to a job. */
public sealed interface Verdict {
  /**
   * Nothing forbids it.
   *
   * @param askPerson why a person must decide, in words; empty where the rule consents
   * @param remarks for the operator, may be empty
   * @param tellPeople whether this site's people must be told before it consents
   */
  record Possible(DataSet data, List<String> askPerson, List<String> remarks, boolean tellPeople)
      implements Verdict {}

  /** Refused, whoever may think otherwise. */
  record Refused(String why) implements Verdict {}
}

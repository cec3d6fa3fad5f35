package org.concordat.jurisdictions.page;

import org.concordat.jurisdictions.Action;
import org.concordat.jurisdictions.Obligation;

/** Words of the language, explained to people who do not program. */
final class Meanings {
  private Meanings() {}

  static String of(Action action) {
    return switch (action) {
      case DISPATCH -> "A task and the current model go to a member";
      case TRAIN -> "A member trains on its own data";
      case SUBMIT -> "A member's masked update leaves its site";
      case REVEAL -> "A member reveals shares or seeds, so that masks can be removed";
      case AGGREGATE -> "Masked updates are added up";
      case EVALUATE -> "A model is scored on a member's data";
      case RELEASE -> "A model version is published to the members";
      case EXPORT -> "A model or bundle leaves the alliance";
    };
  }

  static String of(Obligation duty) {
    return switch (duty) {
      case LOG_BEFORE_ACTING -> "the audit log has an entry before anybody acts";
      case APPROVAL_BY_PERSON -> "a person at the site must have approved, signed";
      case DELETE_UPDATES_AFTER_ROUND -> "masked updates are deleted when the round is over";
      case MEMBERS_ONLY -> "the result goes to members of the alliance only";
      case MIN_COHORT -> "so many members are in the sum, or more";
      case RETAIN_DAYS -> "what is kept of a round is deleted after so many days";
      case NOTIFY -> "a person at the member is told";
    };
  }
}

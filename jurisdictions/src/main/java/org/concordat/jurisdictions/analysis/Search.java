package org.concordat.jurisdictions.analysis;

/**
 * Depth first: settles one variable after the other, those that an open part of the goal hangs on,
 * and turns back as soon as the goal is out of reach whatever the others are. So it finds choices
 * that reach the goal wherever there are some.
 */
final class Search {
  private final Space space;
  private final Formula goal;
  private final Assignment at;

  private Search(Space space, Formula goal, Assignment at) {
    this.space = space;
    this.goal = goal;
    this.at = at;
  }

  /**
   * Settles what is open so that the goal is reached. Variables that do not matter stay open.
   *
   * @return whether it can be reached; if not, the assignment is as before
   * @throws TooLargeException where the limit of work is passed first
   */
  static boolean reach(Space space, Formula goal, Assignment at) {
    return new Search(space, goal, at).descend();
  }

  private boolean descend() {
    Formula.Outlook outlook = goal.at(at);
    if (outlook != Formula.Outlook.OPEN) {
      return outlook == Formula.Outlook.REACHED;
    }
    int variable = goal.next(at);
    int choices = space.variables().get(variable).choices().size();
    for (int choice = 0; choice < choices; choice++) {
      at.settle(variable, choice);
      if (descend()) {
        return true;
      }
    }
    at.reopen(variable);
    return false;
  }
}

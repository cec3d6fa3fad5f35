package org.concordat.jurisdictions.analysis;

import java.util.Arrays;

/** Which choice each variable has; -1 for one that is open. */
final class Assignment {
  private final int[] choices;
  private final Work work;

  Assignment(int variables, Work work) {
    this.choices = new int[variables];
    this.work = work;
    Arrays.fill(choices, -1);
  }

  int choice(int variable) {
    return choices[variable];
  }

  void settle(int variable, int choice) {
    choices[variable] = choice;
  }

  void reopen(int variable) {
    choices[variable] = -1;
  }

  int size() {
    return choices.length;
  }

  /** A comparison was looked at. */
  void count() {
    work.add(1);
  }
}

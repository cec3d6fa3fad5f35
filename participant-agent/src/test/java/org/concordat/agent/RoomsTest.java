package org.concordat.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.concordat.testkit.Collaborators;
import org.concordat.testkit.Rooms;
import org.junit.jupiter.api.Test;

/** The agent's packages, as the picture in its {@code package-info} shows them. */
class RoomsTest {
  @Test
  void noPackageCycleAndNothingBelowUsesTheRoot() {
    Rooms.check(RoomsTest.class.getPackageName());
  }

  @Test
  void nothingTakesMoreThanSevenCollaborators() {
    assertThat(Collaborators.tooMany(RoomsTest.class.getPackageName())).isEmpty();
  }
}

package org.concordat.coordinator;

import org.concordat.testkit.Rooms;
import org.junit.jupiter.api.Test;

/** The coordinator's packages, as the picture in its {@code package-info} shows them. */
class RoomsTest {
  @Test
  void noPackageCycleAndNothingBelowUsesTheRoot() {
    Rooms.check(RoomsTest.class.getPackageName());
  }
}

package org.concordat.secureagg;

import org.concordat.testkit.Rooms;
import org.junit.jupiter.api.Test;

/** The packages of secure aggregation, as the picture in its {@code package-info} shows them. */
class RoomsTest {
  @Test
  void noPackageCycle() {
    Rooms.checkOnFloor(RoomsTest.class.getPackageName());
  }
}

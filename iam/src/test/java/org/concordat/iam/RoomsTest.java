package org.concordat.iam;

import org.concordat.testkit.Rooms;
import org.junit.jupiter.api.Test;

/** The packages of iam: tokens and sign-in below, Keycloak on them, the root on top. */
class RoomsTest {
  @Test
  void noPackageCycleAndNothingBelowUsesTheRoot() {
    Rooms.check(RoomsTest.class.getPackageName());
  }
}

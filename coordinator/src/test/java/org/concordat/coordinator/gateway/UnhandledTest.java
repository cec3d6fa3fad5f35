package org.concordat.coordinator.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import org.junit.jupiter.api.Test;

/** How much of one member may wait. */
class UnhandledTest {
  private static final int LEAST = Unhandled.LEAST_BYTES;

  private final Unhandled unhandled = new Unhandled(4L * LEAST, 2);

  @Test
  void aMemberHasRoomUntilItsLimitIsReachedAndAgainOnceSomethingWasHandled() {
    assertThat(unhandled.came("lyon", 2 * LEAST)).isTrue();
    assertThat(unhandled.came("lyon", 2 * LEAST)).isFalse();
    assertThat(unhandled.came("bern", 1)).as("another member").isTrue();
    unhandled.handled("lyon", 2 * LEAST);
    unhandled.handled("lyon", 2 * LEAST);
    assertThat(unhandled.came("lyon", 2 * LEAST)).isTrue();
  }

  @Test
  void aSmallMessageCountsForTheLeast() {
    assertThat(unhandled.came("lyon", 1)).isTrue();
    assertThat(unhandled.came("lyon", 0)).isTrue();
    assertThat(unhandled.came("lyon", 1)).isTrue();
    assertThat(unhandled.came("lyon", 1)).isFalse();
  }

  @Test
  void sessionsAreCountedAndOneTooManyIsRefusedWithTheWayOut() {
    assertThat(unhandled.opens("lyon").isOk()).isTrue();
    assertThat(unhandled.opens("lyon").isOk()).isTrue();
    Status refused = unhandled.opens("lyon");
    assertThat(refused.getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(refused.getDescription()).contains("'lyon' has 2 sessions", "sessions-per-member");
    unhandled.closed("lyon");
    assertThat(unhandled.opens("lyon").isOk()).isTrue();
    assertThat(unhandled.opens("bern").isOk()).isTrue();
  }

  @Test
  void whatWaitsOutlivesTheSessionThatBroughtIt() {
    unhandled.opens("lyon");
    unhandled.came("lyon", 3 * LEAST);
    unhandled.closed("lyon");
    unhandled.opens("lyon");
    assertThat(unhandled.came("lyon", 1)).as("a new session is no new allowance").isFalse();
    assertThat(unhandled.opens("lyon").getDescription()).contains("bytes wait to be handled");
    unhandled.handled("lyon", 3 * LEAST);
    assertThat(unhandled.opens("lyon").isOk()).isTrue();
  }
}

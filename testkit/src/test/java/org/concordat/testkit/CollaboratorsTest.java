package org.concordat.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CollaboratorsTest {
  private static final class Worker {}

  private enum Side {
    LEFT
  }

  private record Value(String name, List<Integer> sizes, Side side) {}

  private record Pair(Worker one, Value value) {}

  @SuppressWarnings("unused")
  private static final class Made {
    Made(
        Worker one,
        Supplier<String> two,
        Pair three,
        Value no,
        Clock nor,
        int that,
        byte[] those) {}
  }

  @Test
  void whatDoesSomethingIsCountedAndValuesAreNot() {
    assertEquals(3, Collaborators.count(Made.class.getDeclaredConstructors()[0]));
  }
}

package org.concordat.coordinator.session;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Sets that remember so many things, and forget the oldest of more. Not thread-safe. */
public final class Newest {
  private Newest() {}

  /** An empty one. */
  public static <T> Set<T> of(int most) {
    return Collections.newSetFromMap(
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<T, Boolean> eldest) {
            return size() > most;
          }
        });
  }
}

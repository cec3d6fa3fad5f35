package org.concordat.secureagg.server;

import java.util.List;

/**
 * What a fold waits for.
 *
 * @param step name of the step
 * @param missing ids of those who could still answer and have not, sorted
 * @param answered how many have
 * @param needed how many answers the step cannot do without
 */
public record Waiting(String step, List<String> missing, int answered, int needed) {
  public Waiting {
    missing = List.copyOf(missing);
  }

  /** Whether the step can be closed without those who are missing. */
  public boolean enough() {
    return answered >= needed;
  }
}

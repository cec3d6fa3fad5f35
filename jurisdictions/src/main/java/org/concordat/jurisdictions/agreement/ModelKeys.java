package org.concordat.jurisdictions.agreement;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who can together open the models that lie at the coordinator, when it is gone.
 *
 * @param needed so many of them, 1 to their number
 * @param holders parties, 255 at most
 */
public record ModelKeys(int needed, SortedSet<String> holders) {
  public ModelKeys {
    holders = Collections.unmodifiableSortedSet(new TreeSet<>(holders));
  }
}

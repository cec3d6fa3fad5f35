package org.concordat.jurisdictions.agreement;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What follows when a party leaves. Days are counted from the day it is no party any more.
 *
 * @param noticeDays before that it says so
 * @param goOnDays how long it keeps a right; one that is not named ends at once
 * @param deleteWithinDays after its last right has ended, it has deleted what it holds
 */
public record Exit(int noticeDays, SortedMap<Right, Integer> goOnDays, int deleteWithinDays) {
  public Exit {
    goOnDays = Collections.unmodifiableSortedMap(new TreeMap<>(goOnDays));
  }

  /** 0 for a right that ends at once. */
  public int goesOnDays(Right right) {
    return goOnDays.getOrDefault(right, 0);
  }
}

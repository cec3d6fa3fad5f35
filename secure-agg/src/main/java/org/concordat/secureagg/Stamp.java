package org.concordat.secureagg;

/**
 * Which store made a statement, and as its how manieth: a copy of a store that was put back shows
 * by a counter that it has used before.
 *
 * @param incarnation of the store
 * @param counter from 1, one more for each statement of secure aggregation; 0 for anything else
 */
public record Stamp(Incarnation incarnation, long counter) {
  public static final Stamp NONE = new Stamp(Incarnation.NONE, 0);
}

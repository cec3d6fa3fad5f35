package org.concordat.jurisdictions.agreement;

import java.util.SortedMap;

/** How the parties are partners. */
public sealed interface Partnership {
  /** Each keeps its data at its site. */
  record FederatedAlliance() implements Partnership {}

  /** One repository, inside one jurisdiction, that one party keeps. */
  record JointConsortium(String jurisdiction, String keeper) implements Partnership {}

  /**
   * Capacity is paid for together.
   *
   * @param capacity percent of each party, whole, 100 in all
   */
  record CoInvestmentPool(SortedMap<String, Integer> capacity) implements Partnership {}

  /** As written in agreements. */
  default String kind() {
    return this instanceof FederatedAlliance
        ? "federated-alliance"
        : this instanceof JointConsortium ? "joint-consortium" : "co-investment-pool";
  }
}

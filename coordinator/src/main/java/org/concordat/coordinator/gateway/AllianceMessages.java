package org.concordat.coordinator.gateway;

import org.concordat.coordinator.operations.FactCalls;
import org.concordat.coordinator.operations.Membership;
import org.concordat.coordinator.witness.Witnesses;

/** Who takes what agents bring that belongs to no job: about members, their facts, and the log. */
public record AllianceMessages(Membership membership, FactCalls facts, Witnesses witnesses) {
  /** Tells an agent that has connected what it may lack. */
  void connected(String member) {
    facts.connected(member);
    witnesses.connected(member);
  }
}

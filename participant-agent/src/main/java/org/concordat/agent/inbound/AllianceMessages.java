package org.concordat.agent.inbound;

import org.concordat.agent.policy.SiteFacts;
import org.concordat.agent.witness.LogWitness;

/** Who takes what belongs to no job: about members, their facts, and the log. */
public record AllianceMessages(
    RosterMessages rosters,
    CrlMessages crls,
    SiteFacts facts,
    Departures departures,
    LogWitness witness) {
  void connected() {
    crls.connected();
    facts.connected();
  }
}

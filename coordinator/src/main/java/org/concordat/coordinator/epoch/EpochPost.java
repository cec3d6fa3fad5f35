package org.concordat.coordinator.epoch;

import java.util.List;
import java.util.Map;
import org.concordat.coordinator.session.Sessions;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.EpochMessage;
import org.concordat.secureagg.server.EpochServer;

/** What members of epochs are sent; whoever is away gets it when it is told again. */
record EpochPost(Sessions sessions, Notary notary, Proofs proofs) {
  void tell(EpochServer epoch, String member) {
    epoch.outgoing(member).forEach(message -> sessions.send(member, message));
  }

  /** A member that has connected, or lacks something. */
  void tellAnew(EpochServer epoch, String member) {
    epoch.outgoingAnew(member).forEach(message -> sessions.send(member, message));
  }

  void tellAll(EpochServer epoch) {
    epoch.cohort().members().stream()
        .filter(sessions::connected)
        .forEach(member -> tell(epoch, member));
  }

  /** Everybody in the cohort who is here. */
  void tellAll(Cohort cohort, EpochMessage evidence) {
    byte[] sealed = Inbox.seal(notary, evidence).toArray();
    cohort.members().stream()
        .filter(sessions::connected)
        .forEach(member -> sessions.send(member, sealed));
  }

  /** The evidence against everybody who has lied under a roster. */
  void tellProofs(Digest roster, String member) {
    proofs
        .under(roster)
        .forEach(proof -> sessions.send(member, Inbox.seal(notary, proof).toArray()));
  }

  void ask(Map<String, List<byte[]>> requests) {
    requests.forEach((member, all) -> all.forEach(request -> sessions.send(member, request)));
  }
}

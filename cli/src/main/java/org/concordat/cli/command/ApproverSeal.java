package org.concordat.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.concordat.agent.AgentConfig;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.RosterEntry;
import org.concordat.cli.client.Client;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.iam.Site;
import org.concordat.protocol.Envelopes;

/** Signs what goes into an agent's inbox, with the identity key in somebody's home. */
record ApproverSeal(MemberId signer, Genesis genesis, ParticipantKeys keys) {

  static ApproverSeal of(Path home, AgentConfig agent) throws IOException {
    ParticipantKeys keys = ParticipantKeys.load(home.resolve(Site.KEYS));
    MemberId signer =
        MemberRequest.parse(Files.readAllBytes(home.resolve(Client.REQUEST_FILE))).id();
    return new ApproverSeal(signer, Genesis.load(agent.genesis()), keys);
  }

  /** A founder without the role is told before anything is signed; the agent judges all others. */
  void requireApprover() {
    Optional<RosterEntry> founder = genesis.roster().find(signer);
    if (founder.isPresent() && !founder.get().roles().contains(Role.APPROVER)) {
      throw new Failure(
          ExitCode.DENIED,
          "'" + signer + "' has not the role approver",
          "sign as somebody who has it and whom approval.approvers of the agent's file names");
    }
  }

  byte[] seal(String type, byte[] payload) {
    return new Envelopes(
            genesis.alliance().value(),
            signer.value(),
            keys::sign,
            (sender, message, signature) -> false,
            Clock.systemUTC().millis() * 1000)
        .seal(type, 0, 0, payload);
  }
}

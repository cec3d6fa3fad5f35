package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;
import java.util.function.Consumer;
import org.concordat.certs.CertsException;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Invitation;
import org.concordat.certs.MemberChain;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChange;
import org.concordat.certs.RosterProposal;
import org.concordat.certs.SignedRoster;

/** The documents of an alliance: founding, invitations, requests, rosters, certificates. */
class DocumentsFuzzTest {
  private static final List<Consumer<byte[]>> PARSERS =
      List.of(
          Genesis::parse,
          GenesisDraft::parse,
          Invitation::parse,
          MemberRequest::parse,
          MemberSignature::parse,
          Roster::parse,
          RosterChange::parse,
          SignedRoster::parse,
          MemberChain::parsePem,
          RosterProposal::parse);

  @FuzzTest(maxDuration = "25s")
  void parses(byte[] data) {
    try {
      Selected.of(PARSERS, data).accept(Selected.rest(data));
    } catch (CertsException named) {
      // The refusal that callers expect.
    }
  }
}

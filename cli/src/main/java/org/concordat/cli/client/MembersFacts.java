package org.concordat.cli.client;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.protocol.v1.ListFactsRequest;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;

/** What every member states, as the coordinator has it; each signature is verified here. */
public final class MembersFacts {
  private MembersFacts() {}

  /**
   * By member.
   *
   * @throws Failure VERIFICATION_FAILED if one is not what a member of the roster in force signed
   */
  public static List<FactSheet> of(Client client) {
    Notary members = new Pinned(client, MembersFacts::forged).notary(client.rosters().latest());
    List<FactSheet> sheets = new ArrayList<>();
    for (ByteString sealed :
        client.call().listFacts(ListFactsRequest.getDefaultInstance()).getSealedList()) {
      try {
        Notary.Opened opened = members.open(sealed.toByteArray());
        sheets.add(FactSheet.stated(opened.type(), opened.sender(), opened.payload()));
      } catch (BadEnvelopeException | FactSheet.MalformedSheetException wrong) {
        throw forged(String.valueOf(wrong.getMessage()));
      }
    }
    return sheets;
  }

  private static Failure forged(String why) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "the coordinator shows facts that no member of the roster signed: " + why,
        "ask that member; its own list is in its home");
  }
}

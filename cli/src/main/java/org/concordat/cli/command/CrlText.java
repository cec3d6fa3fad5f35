package org.concordat.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.concordat.certs.Crl;
import org.concordat.certs.Crls;
import org.concordat.cli.text.Terminal;

/** A revocation list, for people and for programs. */
final class CrlText {
  private CrlText() {}

  static String line(Crl crl) {
    return "Revocation list %d of %s, %d revoked, until %s"
        .formatted(crl.number(), issuer(crl), crl.revoked().size(), crl.nextUpdate());
  }

  static String issuer(Crl crl) {
    return crl.issuer().getSubjectX500Principal().getName();
  }

  static ObjectNode json(Crl crl) {
    ObjectNode json =
        Terminal.object()
            .put("issuer", issuer(crl))
            .put("issuerKey", crl.issuerKey().hex())
            .put("number", crl.number().toString())
            .put("thisUpdate", crl.thisUpdate().toString())
            .put("nextUpdate", crl.nextUpdate().toString());
    ArrayNode revoked = json.putArray("revoked");
    crl.revoked()
        .values()
        .forEach(
            one ->
                revoked
                    .addObject()
                    .put("serial", Crls.hex(one.serial()))
                    .put("at", one.at().toString())
                    .put("reason", one.reason().name()));
    return json;
  }
}

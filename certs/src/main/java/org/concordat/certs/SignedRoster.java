package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * A roster with signatures of agents of the one before; {@link RosterChain#append} decides whether
 * they suffice.
 *
 * @param signatures sorted by member, each member once
 */
public record SignedRoster(Roster roster, List<MemberSignature> signatures) {
  private static final String TYPE = "concordat/signed-roster/v1";

  public SignedRoster {
    signatures = Signatures.sorted(signatures);
  }

  /**
   * @throws MalformedDocumentException when it is not a roster with signatures in canonical JSON
   */
  public static SignedRoster parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson).read(SignedRoster::read);
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    ObjectNode node = CanonicalJson.object();
    node.put(Fields.TYPE, TYPE);
    write(node);
    return CanonicalJson.bytes(node);
  }

  void write(ObjectNode node) {
    node.set("roster", RosterJson.write(roster));
    Signatures.write(signatures, node);
  }

  static SignedRoster read(Fields fields) {
    return new SignedRoster(fields.child("roster").read(RosterJson::read), Signatures.read(fields));
  }
}

package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A change of the roster with the signatures gathered for it: a file that members hand round before
 * one of them takes it to the coordinator. Nobody believes in it; each reader checks it with {@link
 * #requireGood}.
 *
 * @param next digest of the roster that all of them signed
 * @param signatures sorted by member, each member once
 */
public record RosterProposal(RosterChange change, Sha256 next, List<MemberSignature> signatures) {
  private static final String TYPE = "concordat/roster-proposal/v1";

  public RosterProposal {
    signatures = Signatures.sorted(signatures);
  }

  /**
   * A new one, which nobody has signed.
   *
   * @throws RosterChangeException when the change cannot follow on this roster
   */
  public static RosterProposal of(RosterChange change, Roster current) {
    return new RosterProposal(change, change.next(current).digest(), List.of());
  }

  /**
   * @throws MalformedDocumentException when it is no proposal in canonical JSON
   */
  public static RosterProposal parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson)
        .read(
            fields ->
                new RosterProposal(
                    RosterChange.parse(fields.base64("change")),
                    fields.value("next", Sha256::new),
                    Signatures.read(fields)));
  }

  /**
   * Reads a proposal's file; no more is read of it than one may have, and one byte.
   *
   * @throws MalformedDocumentException when it is none
   */
  public static RosterProposal read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(CanonicalJson.MAX_BYTES + 1));
    }
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    ObjectNode node =
        CanonicalJson.object()
            .put(Fields.TYPE, TYPE)
            .put("change", Base64.getEncoder().encodeToString(change.toBytes()))
            .put("next", next.hex());
    Signatures.write(signatures, node);
    return CanonicalJson.bytes(node);
  }

  /**
   * Checks that all signatures are by agents of this roster, over what follows from it.
   *
   * @return the roster that they signed
   * @throws RosterChangeException when they signed what follows from another roster
   * @throws InvalidSignatureException naming who did not sign this
   */
  public Roster requireGood(Roster current) {
    Roster roster = change.next(current);
    if (!roster.digest().equals(next)) {
      throw new RosterChangeException(
          ("these signatures are not for what follows from roster version %d: another roster came"
                  + " between; remove the file with the signatures, and sign again")
              .formatted(current.version()));
    }
    signatures.forEach(signature -> roster.requireApproval(current, signature));
    return roster;
  }

  /** The same with one more signature, in place of an earlier one of that member. */
  public RosterProposal with(MemberSignature signature) {
    List<MemberSignature> more = new ArrayList<>(signatures);
    more.removeIf(one -> one.member().equals(signature.member()));
    more.add(signature);
    return new RosterProposal(change, next, more);
  }
}

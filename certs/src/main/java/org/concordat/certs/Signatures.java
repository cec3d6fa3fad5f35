package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Members' signatures on one document, sorted by member, each member once. */
final class Signatures {
  static final String FIELD = "signatures";

  private Signatures() {}

  static List<MemberSignature> sorted(List<MemberSignature> signatures) {
    List<MemberSignature> sorted = new ArrayList<>(signatures);
    sorted.sort(Comparator.comparing(MemberSignature::member));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i - 1).member().equals(sorted.get(i).member())) {
        throw new IllegalArgumentException("signature of " + sorted.get(i).member() + " twice");
      }
    }
    return List.copyOf(sorted);
  }

  static void write(List<MemberSignature> signatures, ObjectNode into) {
    ObjectNode node = into.putObject(FIELD);
    signatures.forEach(s -> node.put(s.member().value(), s.base64()));
  }

  static List<MemberSignature> read(Fields from) {
    return from.child(FIELD)
        .read(
            fields ->
                fields.all(Roster.MAX_ENTRIES, text -> text).entrySet().stream()
                    .map(e -> new MemberSignature(new MemberId(e.getKey()), e.getValue()))
                    .toList());
  }

  /** Requires that {@code signature} is by an agent of {@code signers} and verifies. */
  static void requireValid(
      MemberSignature signature, Roster signers, SignatureContext context, Sha256 digest) {
    String signer = signature.member().value();
    RosterEntry entry =
        signers
            .find(signature.member())
            .orElseThrow(
                () ->
                    new InvalidSignatureException(
                        context.label(),
                        signer,
                        "not a member of roster version " + signers.version()));
    if (!entry.roles().contains(Role.AGENT)) {
      throw new InvalidSignatureException(
          context.label(), signer, "only members with the role agent sign it");
    }
    if (signers.findSuspended(entry.id()).isPresent()) {
      throw new InvalidSignatureException(
          context.label(), signer, "it is suspended in roster version " + signers.version());
    }
    if (!entry.identityKey().verify(context.over(digest), signature.bytes())) {
      throw new InvalidSignatureException(
          context.label(), signer, "it does not verify over digest " + digest + "; sign again");
    }
  }

  /** Requires that all signatures are valid and as many as the quorum of {@code signers}. */
  static void requireQuorum(
      List<MemberSignature> signatures, Roster signers, SignatureContext context, Sha256 digest) {
    sorted(signatures).forEach(s -> requireValid(s, signers, context, digest));
    if (signatures.size() < signers.quorum()) {
      throw new QuorumNotReachedException(context.label(), signatures.size(), signers.quorum());
    }
  }
}

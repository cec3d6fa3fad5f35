package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A member's own leaving, signed with its identity key. It cannot be taken back. Nobody's approval
 * is needed for it to hold; that a roster without the member comes into force takes the quorum's
 * signatures, which agents give once they have checked this one.
 *
 * @param genesis digest of the alliance's genesis, so that it is worth nothing elsewhere
 * @param identityKey the leaver's: a later member of the same name has another one
 * @param reason one line for people, 1 to 200 printable characters
 * @param signature by the leaver
 */
public record MemberExit(
    Sha256 genesis, IdentityKey identityKey, String reason, MemberSignature signature) {
  private static final SignatureContext TYPE = SignatureContext.EXIT;

  /** Signs the leaving of the member with these keys. */
  public static MemberExit make(
      Sha256 genesis, MemberId member, ParticipantKeys keys, String reason) {
    RevokedEntry.requireReason(member, reason);
    Sha256 digest =
        Sha256.of(CanonicalJson.bytes(unsigned(genesis, member, keys.identity(), reason)));
    return new MemberExit(
        genesis, keys.identity(), reason, MemberSignature.make(member, keys, TYPE, digest));
  }

  /**
   * @throws MalformedDocumentException when it is not a leaving in canonical JSON
   */
  public static MemberExit parse(byte[] canonicalJson) {
    return CanonicalJson.parse(TYPE, canonicalJson)
        .read(
            fields ->
                new MemberExit(
                    fields.value("genesis", Sha256::new),
                    fields.value("identityKey", IdentityKey::new),
                    fields.text("reason"),
                    new MemberSignature(
                        fields.value("member", MemberId::new), fields.text("signature"))));
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    ObjectNode node = unsigned(genesis, member(), identityKey, reason);
    node.put("signature", signature.base64());
    return CanonicalJson.bytes(node);
  }

  /** Who leaves. */
  public MemberId member() {
    return signature.member();
  }

  /** Of everything but the signature. */
  public Sha256 digest() {
    return Sha256.of(CanonicalJson.bytes(unsigned(genesis, member(), identityKey, reason)));
  }

  /** Whether the roster lists the very member that leaves, with the key that signed. */
  public boolean concerns(Roster roster) {
    return roster
        .find(member())
        .filter(entry -> entry.identityKey().equals(identityKey))
        .isPresent();
  }

  /**
   * Checks that a member of this roster leaves by it.
   *
   * @throws RosterChangeException when it is of another alliance, or of nobody in the roster
   * @throws InvalidSignatureException when the member has not signed it
   */
  public void requireValid(Sha256 ownGenesis, Roster roster) {
    RevokedEntry.requireReason(member(), reason);
    if (!genesis.equals(ownGenesis)) {
      throw new RosterChangeException("the leaving is of another alliance, genesis " + genesis);
    }
    if (!concerns(roster)) {
      throw new RosterChangeException(
          "%s is not in roster version %d with the key that signed its leaving"
              .formatted(member(), roster.version()));
    }
    if (!identityKey.verify(TYPE.over(digest()), signature.bytes())) {
      throw new InvalidSignatureException(
          TYPE.label(), member().value(), "it does not verify over digest " + digest());
    }
  }

  /**
   * The one next roster that follows from it.
   *
   * @throws RosterChangeException as {@link Roster#removed}
   */
  public Roster next(Roster current) {
    return current.removed(member(), "left: " + reason);
  }

  private static ObjectNode unsigned(
      Sha256 genesis, MemberId member, IdentityKey identityKey, String reason) {
    return CanonicalJson.object()
        .put(Fields.TYPE, TYPE.label())
        .put("genesis", genesis.hex())
        .put("member", member.value())
        .put("identityKey", identityKey.base64())
        .put("reason", reason);
  }
}

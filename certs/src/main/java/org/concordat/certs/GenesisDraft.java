package org.concordat.certs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A genesis on its way round the founders: complete, consistent, every signature in it verified,
 * but not yet signed by a quorum. Immutable.
 */
public final class GenesisDraft {
  private final GenesisContent content;
  private final List<MemberSignature> signatures;

  private GenesisDraft(GenesisContent content, List<MemberSignature> signatures) {
    this.content = content;
    this.signatures = Signatures.sorted(signatures);
    Sha256 digest = content.digest();
    this.signatures.forEach(
        s -> Signatures.requireValid(s, content.roster(), GenesisContent.TYPE, digest));
  }

  static GenesisDraft of(GenesisContent content) {
    return new GenesisDraft(content, List.of());
  }

  /**
   * Reads a draft (a sealed genesis is read too).
   *
   * @throws InvalidGenesisException when anything in it does not hold
   */
  public static GenesisDraft parse(byte[] canonicalJson) {
    try {
      return CanonicalJson.parse(GenesisContent.TYPE, canonicalJson)
          .read(fields -> new GenesisDraft(GenesisContent.read(fields), Signatures.read(fields)));
    } catch (MalformedDocumentException | InvalidSignatureException e) {
      throw new InvalidGenesisException(String.valueOf(e.getMessage()));
    }
  }

  /** Canonical JSON; the same format as the sealed genesis. */
  public byte[] toBytes() {
    ObjectNode node = content.write();
    Signatures.write(signatures, node);
    return CanonicalJson.bytes(node);
  }

  /** SHA-256 of the part that is signed, the same for draft and sealed genesis. */
  public Sha256 digest() {
    return content.digest();
  }

  public Roster roster() {
    return content.roster();
  }

  public byte[] policy() {
    return content.policy().clone();
  }

  public List<MemberSignature> signatures() {
    return signatures;
  }

  /**
   * A founder's signature, after checking that the draft has this founder's own two keys under one
   * entry. Whether the other entries and the policy are right is for the founder to read.
   *
   * @throws InvalidGenesisException when the keys are of no agent in it
   */
  public MemberSignature sign(ParticipantKeys keys) {
    RosterEntry self =
        roster()
            .findByIdentityKey(keys.identity())
            .filter(entry -> entry.roles().contains(Role.AGENT))
            .orElseThrow(
                () -> new InvalidGenesisException("it lists no agent with your identity key"));
    if (!self.memberCa().equals(keys.memberCaDigest())) {
      throw new InvalidGenesisException(
          "it lists another member CA key for " + self.id() + " than yours; do not sign it");
    }
    return MemberSignature.make(self.id(), keys, GenesisContent.TYPE, digest());
  }

  /**
   * The draft with one more signature; the same signature again changes nothing.
   *
   * @throws InvalidSignatureException when it is not by an agent of this draft over this draft
   */
  public GenesisDraft addSignature(MemberSignature signature) {
    List<MemberSignature> more = new ArrayList<>(signatures);
    more.removeIf(s -> s.member().equals(signature.member()));
    more.add(signature);
    return new GenesisDraft(content, more);
  }

  /**
   * The genesis, signed by a quorum of its own agents.
   *
   * @throws QuorumNotReachedException when signatures are missing
   */
  public Genesis seal() {
    Signatures.requireQuorum(signatures, roster(), GenesisContent.TYPE, digest());
    return new Genesis(this);
  }

  GenesisContent content() {
    return content;
  }
}

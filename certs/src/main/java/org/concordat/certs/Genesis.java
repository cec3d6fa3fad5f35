package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The sealed file that everyone pins: first roster, root, jurisdiction and member CA certificates,
 * policy and audit-log key, signed by a quorum of the founding agents. Every instance is verified,
 * as of the time it was created: an old genesis stays valid after its certificates have expired.
 */
public final class Genesis {
  private final GenesisDraft sealed;
  private final Sha256 digest;
  private final Sha256 policyDigest;

  /** For {@link GenesisDraft#seal}, which has checked the quorum. */
  Genesis(GenesisDraft sealed) {
    this.sealed = sealed;
    this.policyDigest = Sha256.of(sealed.policy());
    this.digest = sealed.digest();
  }

  /**
   * Reads and verifies everything.
   *
   * @throws InvalidGenesisException naming the file and what is wrong
   */
  public static Genesis load(Path file) {
    try {
      if (Files.size(file) > CanonicalJson.MAX_BYTES) {
        throw new InvalidGenesisException(file + " is too long to be a genesis");
      }
      return parse(Files.readAllBytes(file));
    } catch (NoSuchFileException missing) {
      throw new InvalidGenesisException("cannot read " + file + ": there is no such file");
    } catch (IOException e) {
      throw new InvalidGenesisException("cannot read " + file + ": " + e);
    }
  }

  /**
   * @throws InvalidGenesisException saying what is wrong
   */
  public static Genesis parse(byte[] canonicalJson) {
    try {
      return GenesisDraft.parse(canonicalJson).seal();
    } catch (QuorumNotReachedException e) {
      throw new InvalidGenesisException(String.valueOf(e.getMessage()));
    }
  }

  /** Canonical JSON. */
  public byte[] toBytes() {
    return sealed.toBytes();
  }

  /** SHA-256 of the part that is signed: names the alliance wherever something is bound to it. */
  public Sha256 digest() {
    return digest;
  }

  public Roster roster() {
    return sealed.roster();
  }

  public AllianceName alliance() {
    return roster().alliance();
  }

  public X509Certificate root() {
    return sealed.content().root();
  }

  /** Absent for a jurisdiction that came later. */
  public Optional<X509Certificate> jurisdictionCa(Jurisdiction jurisdiction) {
    return Optional.ofNullable(sealed.content().jurisdictionCas().get(jurisdiction));
  }

  /** Member CA and jurisdiction CA of a founder; absent for anybody else. */
  public Optional<MemberChain> memberChain(MemberId founder) {
    return sealed.content().memberChain(founder);
  }

  /** The one coordinator of the genesis roster. */
  public RosterEntry coordinator() {
    return roster().withRole(Role.COORDINATOR).get(0);
  }

  /** The first policy's bytes, a fresh copy. */
  public byte[] policy() {
    return sealed.policy();
  }

  /** Asked for with every decision. */
  public Sha256 policyDigest() {
    return policyDigest;
  }

  public LogVkey logVkey() {
    return sealed.content().logVkey();
  }

  public Instant created() {
    return sealed.content().created();
  }

  public List<MemberSignature> signatures() {
    return sealed.signatures();
  }
}

package org.concordat.certs;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Skeleton: the sealed file that everyone pins. */
public final class Genesis {
  /** Reads and verifies everything. */
  public static Genesis load(Path file) {
    throw new UnsupportedOperationException();
  }

  public static Genesis parse(byte[] canonicalJson) {
    throw new UnsupportedOperationException();
  }

  public byte[] toBytes() {
    throw new UnsupportedOperationException();
  }

  /** Digest of the unsigned part, the name of the alliance everywhere. */
  public Sha256 digest() {
    throw new UnsupportedOperationException();
  }

  public Roster roster() {
    throw new UnsupportedOperationException();
  }

  public X509Certificate root() {
    throw new UnsupportedOperationException();
  }

  public X509Certificate jurisdictionCa(Jurisdiction jurisdiction) {
    throw new UnsupportedOperationException();
  }

  /** Member CA and jurisdiction CA of a founder. */
  public MemberChain memberChain(MemberId founder) {
    throw new UnsupportedOperationException();
  }

  public byte[] policy() {
    throw new UnsupportedOperationException();
  }

  public Sha256 policyDigest() {
    throw new UnsupportedOperationException();
  }

  public LogVkey logVkey() {
    throw new UnsupportedOperationException();
  }

  public Instant created() {
    throw new UnsupportedOperationException();
  }
}

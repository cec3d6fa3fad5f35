package org.concordat.iam;

import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.PeerIdentity;
import org.concordat.certs.Role;
import org.concordat.certs.Sha256;

/**
 * A verified caller: a member acting in the one role of the certificate it presented.
 *
 * @param certificate SHA-256 of that leaf certificate
 */
public record Caller(MemberId member, Role role, Jurisdiction jurisdiction, Sha256 certificate) {
  /** The caller behind an authenticated connection. */
  public static Caller of(PeerIdentity peer) {
    return new Caller(peer.member(), peer.role(), peer.jurisdiction(), peer.leaf());
  }

  /** {@code lyon as agent (eu)}, for explanations. */
  public String inWords() {
    return member + " as " + role.wireName() + " (" + jurisdiction + ")";
  }
}

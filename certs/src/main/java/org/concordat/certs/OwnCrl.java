package org.concordat.certs;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.concordat.certs.CrlSigner.Serial;

/**
 * The list by which a participant revokes leaves of its own: its agent's, its operators', its
 * people's. Signed with its member CA key, and kept beside it.
 */
public final class OwnCrl {
  /** The file's name in the folder with the keys. */
  public static final String NAME = "member-ca" + CrlStore.ENDING;

  private final CrlStore store;
  private final CaCertificates.Issuer issuer;
  private final Clock clock;

  /**
   * @param keyFolder with the keys
   */
  public OwnCrl(Path keyFolder, ParticipantKeys keys, MemberChain chain, Clock clock) {
    this.store = new CrlStore(keyFolder.resolve(NAME));
    this.issuer = new CaCertificates.Issuer(chain.memberCa(), keys.memberCaPrivateKey());
    this.clock = clock;
  }

  /** The newest one that was signed here. */
  public Optional<Crl> latest() {
    return store.read();
  }

  /**
   * Signs the next list, with one leaf more. Durable when it returns; it counts once it is
   * published.
   *
   * @param known the newest one that others know: the next one has what it revokes too, where the
   *     file here was lost, or another copy of the home has signed
   * @param life until a newer one must be there
   * @throws IssuanceRefusedException when it is revoked already, or the list is full
   */
  public Crl revoke(Optional<Crl> known, BigInteger serial, CRLReason reason, Duration life) {
    return store.next(issuer, known, Optional.of(new Serial(serial, reason)), life, clock);
  }

  /** Signs the next list with nothing more in it, so that it holds longer. */
  public Crl renew(Optional<Crl> known, Duration life) {
    return store.next(issuer, known, Optional.empty(), life, clock);
  }
}

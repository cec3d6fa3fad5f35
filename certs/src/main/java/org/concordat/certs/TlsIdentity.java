package org.concordat.certs;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * The site's TLS leaf and its last predecessors. A leaf is looked at whenever a handshake takes it,
 * by the wall clock: timers stand still while a machine sleeps, and a clock that was put right may
 * make a leaf too early. Each generation has an alias of its own and the last {@value #KEPT} stay
 * available, so that a handshake that chose one just before a renewal still finds its key.
 * Thread-safe; renewal never interrupts a connection.
 */
public final class TlsIdentity {
  static final int KEPT = 4;

  private final LeafIssuer issuer;
  private final X509ExtendedKeyManager keyManager = new RotatingKeyManager(this);
  private volatile List<Generation> generations = List.of();
  private long issued;

  /** One leaf under its alias. */
  record Generation(String alias, LeafIssuer.Leaf leaf) {}

  /**
   * Issues the first leaf at once, however long the site was away.
   *
   * @throws IssuanceRefusedException when the member CA certificate has expired
   */
  public TlsIdentity(LeafIssuer issuer) {
    this.issuer = issuer;
    renew();
  }

  public X509ExtendedKeyManager keyManager() {
    return keyManager;
  }

  /**
   * Renews when two thirds of the leaf's life are over, when it is not valid yet, or when the root
   * that it leads to is another one now; returns whether it did. Every handshake does this by
   * itself.
   *
   * @throws IssuanceRefusedException when the member CA certificate has expired or is not valid
   *     yet, or its key does not sign now; the leaf in use stays
   */
  public boolean renewIfDue() {
    if (!isDue()) {
      return false;
    }
    synchronized (this) {
      if (!isDue()) {
        return false;
      }
      renew();
      return true;
    }
  }

  private boolean isDue() {
    Instant now = issuer.clock().instant();
    return !now.isBefore(renewalDue())
        || now.isBefore(begins())
        || !issuer.chain().jurisdictionCa().equals(currentChain().get(2));
  }

  /**
   * Renews now, for instance because a key may have leaked.
   *
   * @throws IssuanceRefusedException as {@link #renewIfDue}
   */
  public synchronized void renew() {
    LeafIssuer.Leaf leaf = issuer.issue();
    issued++;
    List<Generation> next = new ArrayList<>();
    next.add(new Generation("leaf-" + issued, leaf));
    next.addAll(generations.subList(0, Math.min(KEPT - 1, generations.size())));
    generations = List.copyOf(next);
  }

  /**
   * Renews a leaf that its own member has revoked; returns whether it did.
   *
   * @throws IssuanceRefusedException as {@link #renewIfDue}
   */
  public synchronized boolean renewRevoked(Crls crls) {
    List<X509Certificate> chain = currentChain();
    boolean revoked =
        crls.find(Sha256.ofKey(chain.get(1).getPublicKey()))
            .filter(own -> own.revoked().containsKey(chain.get(0).getSerialNumber()))
            .isPresent();
    if (revoked) {
      renew();
    }
    return revoked;
  }

  public Instant renewalDue() {
    return current().leaf().renewalDue();
  }

  /** When the leaf in use expires; a connection must not outlive the leaf it began with. */
  public Instant expires() {
    return currentChain().get(0).getNotAfter().toInstant();
  }

  Instant now() {
    return issuer.clock().instant();
  }

  private Instant begins() {
    return currentChain().get(0).getNotBefore().toInstant();
  }

  /** Leaf, member CA, jurisdiction CA. */
  public List<X509Certificate> currentChain() {
    return current().leaf().chain();
  }

  Generation current() {
    return generations.get(0);
  }

  /**
   * The leaf for a handshake that begins now, renewed where it is due.
   *
   * @throws IssuanceRefusedException when the leaf is over and cannot be renewed; the message says
   *     why and what to do
   */
  Generation forHandshake() {
    try {
      renewIfDue();
    } catch (IssuanceRefusedException refused) {
      Instant now = issuer.clock().instant();
      if (!now.isBefore(expires()) || now.isBefore(begins())) {
        throw refused;
      }
    }
    return current();
  }

  Optional<Generation> find(String alias) {
    return generations.stream().filter(g -> g.alias().equals(alias)).findFirst();
  }

  /** Names and times only, no key. */
  @Override
  public String toString() {
    return "TlsIdentity[" + issuer.dnsName() + "/" + issuer.role() + ", until " + expires() + "]";
  }
}

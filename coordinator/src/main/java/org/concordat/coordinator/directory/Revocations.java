package org.concordat.coordinator.directory;

import com.google.protobuf.ByteString;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.concordat.certs.Crl;
import org.concordat.certs.CrlPace;
import org.concordat.certs.Crls;
import org.concordat.certs.InForce;
import org.concordat.certs.RosterChain;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.store.Entries;

/**
 * The revocation lists in force. Who carried one here does not matter: its issuer's signature does.
 */
public final class Revocations {
  private final Supplier<RosterChain> chain;
  private final Entries entries;
  private final Clock clock;
  private final CrlPace pace = new CrlPace();
  private volatile Crls crls;

  Revocations(Supplier<RosterChain> chain, Entries entries, Clock clock) {
    this.chain = chain;
    this.entries = entries;
    this.clock = clock;
    this.crls = Crls.of(entries.all(Kinds.CRLS).values().stream().map(Crl::parseOne).toList());
  }

  /** What peers are judged by now. */
  public InForce inForce() {
    return InForce.of(chain.get(), crls);
  }

  /** Why one of these certificates is revoked; empty if none is. */
  public Optional<String> revoked(List<X509Certificate> peer) {
    return inForce().revoked(peer, clock.instant());
  }

  /** Whether this very list is in force, without a look at its signature. */
  public boolean has(byte[] pem) {
    return all().stream().anyMatch(crl -> Arrays.equals(crl.toPem(), pem));
  }

  public List<Crl> all() {
    return crls.all();
  }

  /** Each list as a session carries it. */
  public List<SessionDown> forAgents() {
    return all().stream().map(Revocations::forAgents).toList();
  }

  /** A list as a session carries it. */
  public static SessionDown forAgents(Crl crl) {
    return SessionDown.newBuilder().setCrl(ByteString.copyFrom(crl.toPem())).build();
  }

  /**
   * Takes a newer list. Durable when it returns. On the mailbox thread.
   *
   * @return false where this very list is in force already
   * @throws org.concordat.certs.CrlRefusedException as {@link Crls#with} and {@link CrlPace#admit}
   */
  public boolean publish(Crl crl) {
    if (crls.has(crl)) {
      return false;
    }
    InForce now = inForce();
    Instant at = clock.instant();
    Crls more = now.crls().with(crl, now.roots(), now.roster(), at);
    pace.admit(now.crls().find(crl.issuerKey()), crl, now.roster(), at);
    entries.put(Kinds.CRLS, crl.issuerKey().hex(), crl.toPem());
    crls = more;
    return true;
  }
}

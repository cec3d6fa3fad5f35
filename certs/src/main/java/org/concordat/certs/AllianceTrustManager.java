package org.concordat.certs;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a peer when all of these hold, in this order, and refuses it with a {@link
 * CertificateException} otherwise:
 *
 * <ol>
 *   <li>it presents exactly leaf, member CA and jurisdiction CA;
 *   <li>the JDK's own PKIX trust manager accepts them, which also identifies the endpoint; a server
 *       is refused when endpoint identification is off;
 *   <li>path validation (RFC 5280 section 6) of the certificates exactly as presented, at the time
 *       of {@code clock}, leads to one of the roots;
 *   <li>the leaf fits the profile: empty subject, one DNS name, the URI name {@code
 *       spiffe://<dnsName>/<role>}, both extended usages, nothing else;
 *   <li>the roster in force lists that member CA with that name and role, and has not revoked or
 *       suspended it;
 *   <li>no revocation list in force names one of the three, and none of their issuers' has ended;
 *   <li>a server acts in the role coordinator or aggregator; which of them it is, its name says.
 * </ol>
 *
 * TLS resumption skips trust managers: it must be off on both sides. Thread-safe.
 */
public final class AllianceTrustManager extends X509ExtendedTrustManager {
  private final Supplier<InForce> inForce;
  private final Clock clock;
  private final Consumer<PeerRefusedException> refused;
  private final boolean formerClients;
  private volatile @Nullable Pkix pkix;

  /** The JDK's own check under some roots. */
  private record Pkix(Set<X509Certificate> roots, X509ExtendedTrustManager manager) {}

  /** One of the JDK's own checks, with the arguments of the call it delegates. */
  @FunctionalInterface
  private interface PkixCheck {
    void run(X509ExtendedTrustManager pkix) throws CertificateException;
  }

  /**
   * @param roots one, or several while the alliance changes its root
   * @param rosterInForce asked at every handshake
   * @param clock for path validation; the JDK's own check uses the system clock besides
   */
  public AllianceTrustManager(
      Set<X509Certificate> roots, Supplier<Roster> rosterInForce, Clock clock) {
    this(roots, rosterInForce, clock, refusal -> {}, false);
  }

  /**
   * @param refused told of every refused peer, on the handshake's thread: the TLS stack keeps the
   *     reason to itself at a server
   * @param formerClients whether a client that the roster has revoked or suspended is let in: each
   *     of its calls is then to be refused, so that it hears by name why
   */
  public AllianceTrustManager(
      Set<X509Certificate> roots,
      Supplier<Roster> rosterInForce,
      Clock clock,
      Consumer<PeerRefusedException> refused,
      boolean formerClients) {
    this(fixed(roots, rosterInForce), clock, refused, formerClients);
  }

  /**
   * @param inForce asked at every handshake
   * @param clock as above
   * @param refused as above
   * @param formerClients as above; also one whose certificate is revoked
   */
  public AllianceTrustManager(
      Supplier<InForce> inForce,
      Clock clock,
      Consumer<PeerRefusedException> refused,
      boolean formerClients) {
    this.inForce = inForce;
    this.clock = clock;
    this.refused = refused;
    this.formerClients = formerClients;
  }

  @Override
  public void checkClientTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    checkClient(chain, pkix -> pkix.checkClientTrusted(chain, authType, engine));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    checkClient(chain, pkix -> pkix.checkClientTrusted(chain, authType, socket));
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    checkClient(chain, pkix -> pkix.checkClientTrusted(chain, authType));
  }

  @Override
  public void checkServerTrusted(
      X509Certificate[] chain, String authType, @Nullable SSLEngine engine)
      throws CertificateException {
    requireIdentification(engine == null ? null : engine.getSSLParameters());
    requireCoordinator(check(chain, pkix -> pkix.checkServerTrusted(chain, authType, engine)));
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, @Nullable Socket socket)
      throws CertificateException {
    requireIdentification(socket instanceof SSLSocket ssl ? ssl.getSSLParameters() : null);
    requireCoordinator(check(chain, pkix -> pkix.checkServerTrusted(chain, authType, socket)));
  }

  /** Always refuses: without the connection, nobody can tell which server was meant. */
  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    requireIdentification(null);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return inForce.get().roots().toArray(X509Certificate[]::new);
  }

  private void checkClient(X509Certificate @Nullable [] presented, PkixCheck pkixCheck)
      throws CertificateException {
    try {
      check(presented, pkixCheck);
    } catch (PeerRefusedException e) {
      if (!formerClients || !PeerRefusedException.ENDED.contains(e.reason())) {
        throw e;
      }
    }
  }

  private PeerIdentity check(X509Certificate @Nullable [] presented, PkixCheck pkixCheck)
      throws CertificateException {
    try {
      return checked(presented, pkixCheck);
    } catch (PeerRefusedException e) {
      refused.accept(e);
      throw e;
    }
  }

  private PeerIdentity checked(X509Certificate @Nullable [] presented, PkixCheck pkixCheck)
      throws CertificateException {
    if (presented == null || presented.length != PeerIdentity.CHAIN_LENGTH) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.CHAIN_LENGTH,
          "it must present exactly leaf, member CA and jurisdiction CA, not %d certificates"
              .formatted(presented == null ? 0 : presented.length));
    }
    List<X509Certificate> chain = List.of(presented);
    InForce now = now();
    try {
      pkixCheck.run(pkix(now.roots()));
      Certificates.requirePath(chain, now.roots(), clock.instant());
      return now.identify(chain, clock.instant());
    } catch (PeerRefusedException e) {
      throw e;
    } catch (CertificateException | RuntimeException e) {
      // The JDK throws RuntimeExceptions on some certificates; outside they would not be a refusal.
      throw RefusedChain.explain(chain, now.roots(), clock.instant(), e);
    }
  }

  private static void requireCoordinator(PeerIdentity server) throws PeerRefusedException {
    if (server.role() != Role.COORDINATOR && server.role() != Role.AGGREGATOR) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.NOT_A_COORDINATOR,
          "the server %s acts as %s, not as coordinator or aggregator"
              .formatted(server.member(), server.role().wireName()));
    }
  }

  private static void requireIdentification(@Nullable SSLParameters parameters)
      throws PeerRefusedException {
    String algorithm = parameters == null ? null : parameters.getEndpointIdentificationAlgorithm();
    if (algorithm == null || algorithm.isEmpty()) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.NO_ENDPOINT_IDENTIFICATION,
          "endpoint identification is off; set the algorithm HTTPS and the certificate name");
    }
  }

  private static Supplier<InForce> fixed(
      Set<X509Certificate> roots, Supplier<Roster> rosterInForce) {
    Set<X509Certificate> same = pkixFor(roots).roots();
    return () -> new InForce(same, rosterInForce.get(), Crls.NONE);
  }

  private InForce now() throws PeerRefusedException {
    try {
      return inForce.get();
    } catch (RuntimeException e) {
      throw new PeerRefusedException(
          PeerRefusedException.Reason.CHAIN_INVALID, String.valueOf(e.getMessage()), e);
    }
  }

  /** Made anew when the roots have changed. */
  private X509ExtendedTrustManager pkix(Set<X509Certificate> roots) {
    Pkix made = pkix;
    if (made == null || !made.roots().equals(roots)) {
      made = pkixFor(roots);
      pkix = made;
    }
    return made.manager();
  }

  private static Pkix pkixFor(Set<X509Certificate> roots) {
    if (roots.isEmpty()) {
      throw new IllegalArgumentException("at least one root certificate is needed");
    }
    return new Pkix(Set.copyOf(roots), manager(roots));
  }

  private static X509ExtendedTrustManager manager(Set<X509Certificate> roots) {
    try {
      KeyStore anchors = KeyStore.getInstance("PKCS12");
      anchors.load(null, null);
      for (X509Certificate root : roots) {
        CaProfile.requireRoot(root);
        anchors.setCertificateEntry("root-" + Sha256.of(Certificates.der(root)), root);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(anchors);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new IllegalStateException("this Java runtime's PKIX makes no X509ExtendedTrustManager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("cannot set up PKIX", e);
    }
  }
}

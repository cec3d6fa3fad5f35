package org.concordat.cli.client;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.concordat.certs.Crl;
import org.concordat.certs.CrlFile;
import org.concordat.certs.CrlRefusedException;
import org.concordat.certs.Crls;
import org.concordat.certs.InForce;
import org.concordat.certs.PeerRefusedException;
import org.concordat.certs.RosterChain;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.ServerChain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds a command's server against revocation lists: in the handshake against those in the home,
 * and once the coordinator has sent its own, against all of them. For one connection.
 */
final class ServerCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

  private final List<Crl> home;
  private final boolean bearsEnded;
  private final Clock clock;
  private final ServerChain peer = new ServerChain();

  /**
   * @param bearsEnded whether a list that has ended is only warned of: whoever carries the next one
   *     must get through. What a list revokes is refused all the same
   * @throws org.concordat.certs.CertsException when the home's lists cannot be read
   */
  ServerCheck(Path home, boolean bearsEnded, Clock clock) {
    this.home = CrlFile.inHome(home);
    this.bearsEnded = bearsEnded;
    this.clock = clock;
  }

  /** To be put before the first call. */
  ServerChain peer() {
    return peer;
  }

  /** For the handshake of the first call. */
  InForce before(RosterChain kept) {
    Crls own = own(kept, refused -> {});
    return InForce.of(kept, bearsEnded ? own.current(clock.instant()) : own);
  }

  /**
   * After the first call.
   *
   * @param sent lists that the coordinator has sent
   * @return for what comes on this connection or another
   * @throws Failure VERIFICATION_FAILED when the server is not good by them
   */
  InForce after(RosterChain rosters, List<Crl> sent) {
    Crls all =
        own(rosters, refused -> LOG.warn("{}: {}", CrlFile.NAME, refused.getMessage()))
            .withAll(sent, rosters, clock.instant(), ServerCheck::refused);
    InForce now = InForce.of(rosters, all);
    try {
      now.identify(presented(), clock.instant());
    } catch (PeerRefusedException refused) {
      if (!bearsEnded || refused.reason() != PeerRefusedException.Reason.CRL_ENDED) {
        throw new Failure(
            ExitCode.VERIFICATION_FAILED,
            "the server's certificate was refused: " + refused.getMessage(),
            "give it nothing that it should not have, and ask the coordinator's operator",
            refused);
      }
      LOG.warn("the server's certificate: {}", refused.getMessage());
    }
    return now;
  }

  private List<X509Certificate> presented() {
    if (peer.chain().isEmpty()) {
      throw new IllegalStateException("no server has presented certificates");
    }
    return peer.chain();
  }

  private Crls own(RosterChain rosters, Consumer<CrlRefusedException> refused) {
    return Crls.NONE.withAll(home, rosters, clock.instant(), refused);
  }

  /** The coordinator keeps lists of members that have gone, whose certificates are good no more. */
  private static void refused(CrlRefusedException refused) {
    if (refused.reason() == CrlRefusedException.Reason.NOT_AN_ISSUER) {
      LOG.debug("of the coordinator: {}", refused.getMessage());
    } else {
      LOG.warn("of the coordinator: {}", refused.getMessage());
    }
  }
}

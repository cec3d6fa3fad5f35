package org.concordat.iam;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.concordat.certs.AllianceTrustManager;
import org.concordat.certs.Authority;
import org.concordat.certs.Genesis;
import org.concordat.certs.InForce;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.MemberChain;
import org.concordat.certs.MemberId;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.PeerRefusedException;
import org.concordat.certs.Role;
import org.concordat.certs.RosterChain;
import org.concordat.certs.Sha256;
import org.concordat.certs.TlsIdentity;

/**
 * A participant's own directory: its keys in {@code keys/}, the certificate of its member CA in
 * {@code member-ca.pem} (issued later) or else in the genesis (founders), and the genesis that it
 * has pinned.
 */
public record Site(
    Path home, MemberId id, ParticipantKeys keys, Genesis genesis, MemberChain chain) {
  /** The folder with the keys. */
  public static final String KEYS = "keys";

  /** Where a member keeps certificates that the jurisdiction's CA issued after the genesis. */
  public static final String MEMBER_CA = "member-ca.pem";

  /** A participant's directory lacks something; the message says what and how to get it. */
  public static final class IncompleteSiteException extends RuntimeException {
    public IncompleteSiteException(String message) {
      super(message);
    }
  }

  /**
   * Opens a participant's directory.
   *
   * @throws IncompleteSiteException if the certificate is missing
   * @throws org.concordat.certs.CertsException if keys or genesis are missing, damaged or readable
   *     by others
   */
  public static Site open(Path home, Path genesisFile, MemberId id) {
    Genesis genesis = Genesis.load(genesisFile);
    ParticipantKeys keys = ParticipantKeys.load(home.resolve(KEYS));
    return new Site(home, id, keys, genesis, chain(home, genesis, id, keys));
  }

  /**
   * What the keeper of the jurisdiction's CA has issued since comes first: a founder's certificate
   * can be revoked, or over. A founder that joined again has other keys than the genesis knows.
   */
  private static MemberChain chain(Path home, Genesis genesis, MemberId id, ParticipantKeys keys) {
    Path file = home.resolve(MEMBER_CA);
    Optional<MemberChain> founder = genesis.memberChain(id).filter(chain -> isOf(chain, keys));
    if (founder.isPresent() && !Files.exists(file)) {
      return founder.get();
    }
    try {
      MemberChain issued = MemberChain.parsePem(Files.readAllBytes(file));
      return isOf(issued, keys) ? issued : founder.orElse(issued);
    } catch (IOException missing) {
      throw new IncompleteSiteException(
          "'"
              + id
              + "' is no founder with these keys, and "
              + file
              + " cannot be read: once k members have approved the request, the"
              + " keeper of the jurisdiction's CA issues that file ('member approve --issue')");
    }
  }

  private static boolean isOf(MemberChain chain, ParticipantKeys keys) {
    return Sha256.ofKey(chain.memberCa().getPublicKey()).equals(keys.memberCaDigest());
  }

  /** TLS credentials for one of this participant's roles, with leaves of the default life. */
  public TlsIdentity tls(Role role, Clock clock) {
    return tls(role, LeafIssuer.DEFAULT_VALIDITY, clock);
  }

  /** The same with leaves of another life, at most {@link LeafIssuer#MAX_VALIDITY}. */
  public TlsIdentity tls(Role role, Duration leafLife, Clock clock) {
    return new TlsIdentity(new LeafIssuer(keys, chain, role, leafLife, clock));
  }

  /**
   * The same under the roots in force, which may change.
   *
   * @param rosters verified, asked for each leaf
   */
  public TlsIdentity tls(Role role, Duration leafLife, Clock clock, Supplier<RosterChain> rosters) {
    return new TlsIdentity(
        new LeafIssuer(
            keys, () -> chainUnder(rosters.get().authorities(), role), role, leafLife, clock));
  }

  /**
   * A coordinator shows itself under the oldest root, which also those know who were away; whoever
   * calls does so under the newest, which the coordinator has told it of.
   */
  private MemberChain chainUnder(List<Authority> authorities, Role role) {
    List<Authority> ordered = new ArrayList<>(authorities);
    if (role != Role.COORDINATOR && role != Role.AGGREGATOR) {
      Collections.reverse(ordered);
    }
    return ordered.stream().flatMap(root -> root.under(chain).stream()).findFirst().orElse(chain);
  }

  /** What decides about servers. */
  public static AllianceTrustManager trust(Supplier<InForce> inForce, Clock clock) {
    return new AllianceTrustManager(inForce, clock, refusal -> {}, false);
  }

  /**
   * What a coordinator decides about its peers with: one that was a member, or whose certificate
   * was revoked, may connect, to hear so by name. Each of its calls is to be refused.
   *
   * @param refused told of every refused peer, on the handshake's thread
   */
  public static AllianceTrustManager trustWithFormer(
      Supplier<InForce> inForce, Clock clock, Consumer<PeerRefusedException> refused) {
    return new AllianceTrustManager(inForce, clock, refused, true);
  }
}

package org.concordat.coordinator.access;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LeafIssuer;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.TlsIdentity;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.iam.Site;

/**
 * An alliance of hub, of lyon, which may act in every role but the hub's, and of rome, an agent.
 */
final class Hearts {
  static final MemberId LYON = new MemberId("lyon");
  private static final MemberId HUB = new MemberId("hub");
  static final Jurisdiction EU = new Jurisdiction("eu");

  final Path hub;
  final Genesis genesis;
  final ParticipantKeys lyon;
  private final ParticipantKeys hubKeys;
  private final Clock clock;

  Hearts(Path directory, Clock clock) {
    this.clock = clock;
    hub = directory.resolve("hub");
    Country france = new Country("FR");
    lyon = ParticipantKeys.create(directory.resolve("lyon"));
    MemberRequest agent =
        MemberRequest.make(
            MemberProfile.founder(
                LYON,
                EU,
                france,
                Set.of(Role.AGENT, Role.OPERATOR, Role.APPROVER, Role.MEMBER_ADMIN, Role.AUDITOR)),
            lyon,
            clock);
    ParticipantKeys rome = ParticipantKeys.create(directory.resolve("rome"));
    MemberRequest other =
        MemberRequest.make(
            MemberProfile.founder(new MemberId("rome"), EU, france, Set.of(Role.AGENT)),
            rome,
            clock);
    hubKeys = ParticipantKeys.create(hub.resolve("keys"));
    LogSigner signer = LogSigner.create(hub.resolve(AuditTrail.KEY_FILE), "hearts.example/log");
    MemberRequest coordinator =
        MemberRequest.make(
            new MemberProfile(
                HUB,
                EU,
                france,
                france,
                Set.of(Role.COORDINATOR),
                null,
                new LogVkey(signer.vkey().toString()),
                null),
            hubKeys,
            clock);
    GenesisDraft draft =
        OfflineCa.create(
                directory.resolve("ca"),
                new AllianceName("Hearts"),
                new AllianceDomain("hearts.example"),
                Set.of(EU),
                CaLifetimes.DEFAULT,
                clock)
            .draftGenesis(
                List.of(agent, other, coordinator),
                "{}".getBytes(StandardCharsets.UTF_8),
                0,
                clock);
    genesis = draft.addSignature(draft.sign(lyon)).addSignature(draft.sign(rome)).seal();
  }

  /** The coordinator's own. */
  Site site() {
    return new Site(hub, HUB, hubKeys, genesis, genesis.memberChain(HUB).orElseThrow());
  }

  /** A chain that lyon presents in a role. */
  List<X509Certificate> chain(Role role) {
    return new TlsIdentity(
            new LeafIssuer(
                lyon, genesis.memberChain(LYON).orElseThrow(), role, Duration.ofHours(1), clock))
        .currentChain();
  }
}

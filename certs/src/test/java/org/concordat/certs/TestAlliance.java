package org.concordat.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An alliance in a directory: hub (coordinator) and four agents, so that the quorum is three. */
final class TestAlliance {
  static final AllianceDomain DOMAIN = new AllianceDomain("hearts.example");
  static final LogVkey LOG = new LogVkey("hearts.example/log+1234abcd+AQIDBAUG");
  static final byte[] POLICY = "{\"rules\":[]}".getBytes(StandardCharsets.UTF_8);
  static final MemberId HUB = new MemberId("hub");
  static final MemberId LYON = new MemberId("lyon");
  static final MemberId BERLIN = new MemberId("berlin");
  static final MemberId BOSTON = new MemberId("boston");
  static final MemberId ZURICH = new MemberId("zurich");
  static final List<MemberId> AGENTS = List.of(LYON, BERLIN, BOSTON, ZURICH);

  final Path directory;
  final Clock clock;
  final Map<MemberId, ParticipantKeys> keys = new LinkedHashMap<>();
  final OfflineCa ca;
  final GenesisDraft draft;
  final Genesis genesis;

  TestAlliance(Path directory, Clock clock) {
    this(directory, "Hearts", clock);
  }

  TestAlliance(Path directory, String name, Clock clock) {
    this.directory = directory;
    this.clock = clock;
    List<MemberRequest> founders = new ArrayList<>();
    founders.add(founder(HUB, "eu", "DE", Set.of(Role.COORDINATOR), LOG));
    founders.add(
        founder(LYON, "eu", "FR", Set.of(Role.AGENT, Role.MEMBER_ADMIN, Role.OPERATOR), null));
    founders.add(founder(BERLIN, "eu", "DE", Set.of(Role.AGENT), null));
    founders.add(founder(BOSTON, "us", "US", Set.of(Role.AGENT), null));
    founders.add(founder(ZURICH, "ch", "CH", Set.of(Role.AGENT), null));
    ca =
        OfflineCa.create(
            directory.resolve("ca"),
            new AllianceName(name),
            DOMAIN,
            Set.of(new Jurisdiction("eu"), new Jurisdiction("us"), new Jurisdiction("ch")),
            CaLifetimes.DEFAULT,
            clock);
    draft = ca.draftGenesis(founders, POLICY, 0, clock);
    genesis =
        draft
            .addSignature(draft.sign(keys.get(LYON)))
            .addSignature(draft.sign(keys.get(BERLIN)))
            .addSignature(draft.sign(keys.get(ZURICH)))
            .seal();
  }

  private MemberRequest founder(
      MemberId id, String jurisdiction, String country, Set<Role> roles, @Nullable LogVkey log) {
    MemberProfile profile =
        new MemberProfile(
            id,
            new Jurisdiction(jurisdiction),
            new Country(country),
            new Country(country),
            roles,
            log == null ? null : "127.0.0.1:7443",
            log,
            null);
    return MemberRequest.make(profile, newKeys(id), clock);
  }

  /** Keys of a further participant, in a directory of its own. */
  ParticipantKeys newKeys(MemberId id) {
    ParticipantKeys made = ParticipantKeys.create(directory.resolve(id.value()));
    keys.put(id, made);
    return made;
  }

  MemberRequest joiner(String id, String jurisdiction, String country) {
    MemberId member = new MemberId(id);
    return MemberRequest.make(
        MemberProfile.founder(
            member, new Jurisdiction(jurisdiction), new Country(country), Set.of(Role.AGENT)),
        newKeys(member),
        clock);
  }

  SignedRoster signed(Roster next, Roster previous, MemberId... approvers) {
    List<MemberSignature> approvals = new ArrayList<>();
    for (MemberId approver : approvers) {
      approvals.add(next.approve(previous, keys.get(approver)));
    }
    return new SignedRoster(next, approvals);
  }

  MemberChain chain(MemberId founder) {
    return genesis.memberChain(founder).orElseThrow();
  }

  TlsIdentity tls(MemberId founder, Role role) {
    return new TlsIdentity(
        new LeafIssuer(keys.get(founder), chain(founder), role, Duration.ofHours(24), clock));
  }

  Set<X509Certificate> roots() {
    return Set.of(genesis.root());
  }
}

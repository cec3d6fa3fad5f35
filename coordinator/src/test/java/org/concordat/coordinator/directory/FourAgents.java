package org.concordat.coordinator.directory;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Invitation;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.jspecify.annotations.Nullable;

/** An alliance of hub (coordinator) and four agents: the quorum is three. */
final class FourAgents {
  static final List<String> AGENTS = List.of("lyon", "berlin", "boston", "zurich");

  final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  final Genesis genesis;
  private final Path directory;
  private final Clock clock;
  private int made;

  FourAgents(Path directory, Clock clock) {
    this(directory, clock, "{\"rules\":[]}".getBytes(StandardCharsets.UTF_8));
  }

  FourAgents(Path directory, Clock clock, byte[] policy) {
    this.directory = directory;
    this.clock = clock;
    List<MemberRequest> founders = new ArrayList<>();
    founders.add(
        request(
            "hub",
            Set.of(Role.COORDINATOR),
            new LogVkey("hearts.example/log+1234abcd+AQIDBAUG"),
            null));
    founders.add(request("lyon", Set.of(Role.AGENT, Role.MEMBER_ADMIN), null, null));
    for (String agent : AGENTS.subList(1, 4)) {
      founders.add(request(agent, Set.of(Role.AGENT), null, null));
    }
    OfflineCa ca =
        OfflineCa.create(
            directory.resolve("ca"),
            new AllianceName("Hearts"),
            new AllianceDomain("hearts.example"),
            Set.of(new Jurisdiction("eu")),
            CaLifetimes.DEFAULT,
            clock);
    GenesisDraft draft = ca.draftGenesis(founders, policy, 0, clock);
    for (String agent : AGENTS) {
      draft = draft.addSignature(draft.sign(keys.get(agent)));
    }
    genesis = draft.seal();
  }

  private MemberRequest request(
      String name, Set<Role> roles, @Nullable LogVkey log, @Nullable String nonce) {
    ParticipantKeys own = ParticipantKeys.create(directory.resolve(name + "-" + made++));
    keys.put(name, own);
    Country country = new Country("DE");
    return MemberRequest.make(
        new MemberProfile(
            new MemberId(name), new Jurisdiction("eu"), country, country, roles, null, log, nonce),
        own,
        clock);
  }

  Invitation invite(String issuer, String invitee) {
    return Invitation.make(
        genesis.digest(),
        new MemberId(issuer),
        keys.get(issuer),
        new MemberId(invitee),
        new Jurisdiction("eu"),
        Duration.ofDays(7),
        clock);
  }

  /** The request of somebody with fresh keys. */
  MemberRequest joiner(String name, @Nullable String nonce) {
    return request(name, Set.of(Role.AGENT), null, nonce);
  }
}

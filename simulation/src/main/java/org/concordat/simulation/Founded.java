package org.concordat.simulation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.agent.data.DataSets;
import org.concordat.auditlog.LogSigner;
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
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.Sha256;
import org.concordat.certs.SignedRoster;
import org.concordat.iam.Caller;
import org.concordat.iam.Site;
import org.concordat.jurisdictions.Policy;
import org.jspecify.annotations.Nullable;

/**
 * A founded alliance with real keys in a directory, the same for every seed: members m1 to mN, a
 * coordinator and an operator, all in one jurisdiction; and one more that is invited, and has the
 * others' approvals.
 */
final class Founded {
  static final String ALLIANCE = "sim";
  static final String COORDINATOR = "coordinator";
  static final String OPERATOR = "operator";
  static final String JOINER = "new";
  static final Instant BEGIN = Instant.parse("2026-11-21T09:00:00Z");
  private static final Jurisdiction HOME = new Jurisdiction("eu");
  private static final Country COUNTRY = new Country("DE");
  private static final String POLICY =
      """
      format: 1
      policy: simulation
      version: 1
      rules:
        - id: medical-research
          effect: permit
          actions: [dispatch, train, submit, reveal, aggregate, evaluate, release, export]
          when: {fact: purpose, equals: medical-research}
          because: the members agreed to it
      tests:
        - name: another purpose is denied
          action: train
          now: 2026-11-21T12:00:00Z
          alliance: {purpose: marketing}
          members:
            m1: {jurisdiction: {value: eu, source: roster}}
          expect: denied
      """;
  private static final String DATA =
      """
      format: 1
      name: toy
      data-class: pseudonymised-health
      subject-regions: [eu]
      files: {train: train.csv, test: test.csv}
      header: true
      columns:
        - {name: a, type: integer, min: 0, max: 10}
        - {name: b, type: integer, min: 0, max: 10}
        - {name: label, type: integer, min: 0, max: 1}
      label: {column: label, rule: ">0"}
      features: [a, b]
      standardise: site
      """;

  private final Path root;
  private final List<String> members;
  private final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final Genesis genesis;
  private final Joining joining;
  private final DataSets data;

  /** What the one that joins has been given, and asks. */
  record Joining(Invitation invitation, MemberRequest request) {}

  /**
   * Founds one.
   *
   * @param root an empty directory
   */
  Founded(Path root, int members) {
    this.root = root;
    this.members = new ArrayList<>();
    for (int i = 1; i <= members; i++) {
      this.members.add("m" + i);
    }
    Clock clock = Clock.fixed(BEGIN.minusSeconds(3600), ZoneOffset.UTC);
    try {
      OfflineCa ca =
          OfflineCa.create(
              root.resolve("ca"),
              new AllianceName(ALLIANCE),
              new AllianceDomain("sim.example"),
              Set.of(HOME),
              CaLifetimes.DEFAULT,
              clock);
      this.genesis = found(ca, clock);
      this.joining = joining(ca, clock);
      Files.write(root.resolve("genesis.json"), genesis.toBytes());
      for (String name : keys.keySet()) {
        sites.put(name, Site.open(home(name), root.resolve("genesis.json"), new MemberId(name)));
      }
      this.data = data();
    } catch (IOException disk) {
      throw new UncheckedIOException(disk);
    }
  }

  private Genesis found(OfflineCa ca, Clock clock) throws IOException {
    List<MemberRequest> requests = new ArrayList<>();
    for (String member : members) {
      requests.add(request(member, Set.of(Role.AGENT, Role.MEMBER_ADMIN), null, null, clock));
    }
    Files.createDirectories(home(COORDINATOR));
    keys.put(COORDINATOR, ParticipantKeys.create(home(COORDINATOR).resolve(Site.KEYS)));
    LogSigner signer =
        LogSigner.create(home(COORDINATOR).resolve("keys/audit-log.key"), "sim.example/audit");
    LogVkey vkey = new LogVkey(signer.vkey().toString());
    requests.add(request(COORDINATOR, Set.of(Role.COORDINATOR), vkey, null, clock));
    requests.add(request(OPERATOR, Set.of(Role.OPERATOR, Role.AUDITOR), null, null, clock));
    byte[] policy =
        Policy.parse(Path.of("policy.yaml"), POLICY.getBytes(StandardCharsets.UTF_8))
            .canonicalJson();
    GenesisDraft draft = ca.draftGenesis(requests, policy, 0, clock);
    for (String member : members) {
      draft = draft.addSignature(draft.sign(keysOf(member)));
    }
    return draft.seal();
  }

  private Joining joining(OfflineCa ca, Clock clock) throws IOException {
    String first = members.get(0);
    Invitation invitation =
        Invitation.make(
            genesis.digest(),
            new MemberId(first),
            keysOf(first),
            new MemberId(JOINER),
            HOME,
            Duration.ofDays(7),
            clock);
    MemberRequest request = request(JOINER, Set.of(Role.AGENT), null, invitation.nonce(), clock);
    Roster next = genesis.roster().joined(request);
    RosterChain chain = RosterChain.of(genesis).append(signed(next, genesis.roster()));
    Files.write(home(JOINER).resolve(Site.MEMBER_CA), ca.issue(request, chain, clock).toPem());
    return new Joining(invitation, request);
  }

  /** A roster that all agents of the one before have approved. */
  SignedRoster signed(Roster next, Roster before) {
    return new SignedRoster(
        next,
        before.agents().stream()
            .map(agent -> next.approve(before, keysOf(agent.id().value())))
            .toList());
  }

  private MemberRequest request(
      String name, Set<Role> roles, @Nullable LogVkey log, @Nullable String invitation, Clock clock)
      throws IOException {
    Files.createDirectories(home(name));
    if (!keys.containsKey(name)) {
      keys.put(name, ParticipantKeys.create(home(name).resolve(Site.KEYS)));
    }
    return MemberRequest.make(
        new MemberProfile(new MemberId(name), HOME, COUNTRY, COUNTRY, roles, null, log, invitation),
        keysOf(name),
        clock);
  }

  private DataSets data() throws IOException {
    StringBuilder rows = new StringBuilder("a,b,label\n");
    for (int i = 0; i < PureTrainer.ROWS; i++) {
      rows.append(i % 7).append(',').append(i % 3).append(',').append(i % 2).append('\n');
    }
    Path folder = Files.createDirectories(root.resolve("data"));
    Files.writeString(folder.resolve("train.csv"), rows);
    Files.writeString(folder.resolve("test.csv"), rows);
    Path description = Files.writeString(root.resolve("toy.yaml"), DATA);
    return DataSets.load(List.of(description), folder);
  }

  /** Those that found it. */
  List<String> members() {
    return members;
  }

  /** The same, and the one that joins. */
  List<String> agents() {
    return Stream.concat(members.stream(), Stream.of(JOINER)).toList();
  }

  Joining joining() {
    return joining;
  }

  Path home(String name) {
    return root.resolve(name);
  }

  Genesis genesis() {
    return genesis;
  }

  Site site(String name) {
    return Objects.requireNonNull(sites.get(name));
  }

  ParticipantKeys keysOf(String name) {
    return Objects.requireNonNull(keys.get(name));
  }

  DataSets dataSets() {
    return data;
  }

  /** What the interceptor would say of each. */
  Map<String, Caller> callers() {
    Map<String, Caller> callers = new LinkedHashMap<>();
    for (String name : keys.keySet()) {
      Role role =
          name.equals(OPERATOR)
              ? Role.OPERATOR
              : name.equals(COORDINATOR) ? Role.COORDINATOR : Role.AGENT;
      callers.put(
          name,
          Caller.certified(new MemberId(name), role, HOME, Sha256.of(new byte[0]), Instant.MAX));
    }
    return callers;
  }
}

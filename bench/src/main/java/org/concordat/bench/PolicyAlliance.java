package org.concordat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.agent.policy.SiteFacts;
import org.concordat.agent.policy.SitePolicies;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.policy.SiteRoutes;
import org.concordat.agent.report.AgentStatus;
import org.concordat.agent.report.Reports;
import org.concordat.agent.site.Rosters;
import org.concordat.agent.site.SiteDocuments;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
import org.concordat.certs.DocumentFiles;
import org.concordat.certs.Genesis;
import org.concordat.certs.GenesisDraft;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.LogVkey;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.OfflineCa;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.coordinator.audit.AuditTrail;
import org.concordat.coordinator.directory.Directory;
import org.concordat.coordinator.directory.MemberFacts;
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.iam.EnvelopeNotary;
import org.concordat.jurisdictions.FactName;
import org.concordat.jurisdictions.FactSheet;
import org.concordat.jurisdictions.Policy;
import org.concordat.jurisdictions.StatedFact;
import org.concordat.protocol.Envelopes;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Notary;
import org.concordat.store.Database;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.jspecify.annotations.Nullable;

/**
 * An alliance that is founded with a policy, with the coordinator's and a member's own use of it:
 * real keys, genesis, roster, store and log. Nobody is connected.
 */
final class PolicyAlliance implements AutoCloseable {
  /** A member, or the coordinator, and where it is. */
  record Seat(String name, String jurisdiction, String country) {}

  private static final String NAME = "ready";
  private static final Clock CLOCK = Clock.systemUTC();

  private final Path root;
  private final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  private final Database database;
  private final Entries entries;
  private final Genesis genesis;
  private final Seat coordinator;
  private final AuditTrail audit;
  private final Directory directory;
  private final MemberFacts stated;
  private final Map<String, FactSheet> sheets = new LinkedHashMap<>();

  /**
   * Founds it.
   *
   * @param root an empty directory
   */
  PolicyAlliance(Path root, Policy policy, Seat coordinator, List<Seat> members)
      throws IOException {
    this.root = root;
    this.coordinator = coordinator;
    Path home = root.resolve(coordinator.name());
    Files.createDirectories(home.resolve("keys"));
    LogSigner signer = LogSigner.create(home.resolve(AuditTrail.KEY_FILE), "ready.example/audit");
    List<MemberRequest> founders = new ArrayList<>();
    Set<Jurisdiction> jurisdictions = new TreeSet<>((a, b) -> a.code().compareTo(b.code()));
    for (Seat member : members) {
      founders.add(request(member, Set.of(Role.AGENT, Role.MEMBER_ADMIN), null));
      jurisdictions.add(new Jurisdiction(member.jurisdiction()));
    }
    jurisdictions.add(new Jurisdiction(coordinator.jurisdiction()));
    LogVkey log = new LogVkey(signer.vkey().toString());
    founders.add(request(coordinator, Set.of(Role.COORDINATOR), log));
    OfflineCa ca =
        OfflineCa.create(
            root.resolve("ca"),
            new AllianceName(NAME),
            new AllianceDomain("ready.example"),
            jurisdictions,
            CaLifetimes.DEFAULT,
            CLOCK);
    GenesisDraft draft = ca.draftGenesis(founders, policy.canonicalJson(), 0, CLOCK);
    for (Seat member : members) {
      draft = draft.addSignature(draft.sign(Objects.requireNonNull(keys.get(member.name()))));
    }
    genesis = draft.seal();
    database = Database.open(StoreLocation.sqlite(home.resolve("state")));
    entries = new SqlEntries(database);
    audit = AuditTrail.open(home, genesis, entries, CLOCK);
    directory = new Directory(genesis, entries, new DocumentFiles(home), CLOCK);
    stated = new MemberFacts(directory, notary(coordinator.name()), entries, CLOCK);
  }

  private MemberRequest request(Seat seat, Set<Role> roles, @Nullable LogVkey log) {
    ParticipantKeys own = ParticipantKeys.create(root.resolve("keys-" + seat.name()));
    keys.put(seat.name(), own);
    Country country = new Country(seat.country());
    return MemberRequest.make(
        new MemberProfile(
            new MemberId(seat.name()),
            new Jurisdiction(seat.jurisdiction()),
            country,
            country,
            roles,
            null,
            log,
            null),
        own,
        CLOCK);
  }

  private Notary notary(String name) {
    ParticipantKeys own = Objects.requireNonNull(keys.get(name));
    return new EnvelopeNotary(new Envelopes(NAME, name, own::sign, directory, 1), directory::chain);
  }

  /** A member states a fact about itself; the coordinator has it from now on, and its agent too. */
  void state(String member, FactName fact, String value) {
    FactSheet before = sheets.getOrDefault(member, FactSheet.empty(member));
    Instant now = CLOCK.instant();
    FactSheet sheet =
        before.with(
            StatedFact.of(
                fact, List.of(value), "contract 12/2026", now, now.plus(Duration.ofDays(365))));
    sheets.put(member, sheet);
    try {
      stated.take(stated.open(notary(member).seal(FactSheet.TYPE, 0, 0, sheet.toBytes())));
    } catch (BadEnvelopeException own) {
      throw new IllegalStateException(own);
    }
  }

  /** As the coordinator asks it. */
  AlliancePolicy ofTheCoordinator() {
    return new AlliancePolicy(directory, stated, coordinator.name(), audit, CLOCK);
  }

  /** As a member's agent asks it, which knows what the coordinator passes on. */
  SitePolicy ofSite(String member) throws IOException {
    Rosters rosters = new Rosters(genesis, entries);
    Path home = Files.createDirectories(root.resolve("site-" + member));
    SiteFacts facts =
        new SiteFacts(
            member,
            home,
            rosters,
            notary(member),
            entries,
            CLOCK,
            new Reports(new AgentStatus(home, member, CLOCK), new Offline(), CLOCK));
    stated.all().forEach(signed -> facts.shown(signed.sealed()));
    SitePolicies policies =
        new SitePolicies(rosters, new SiteDocuments(genesis, rosters, new DocumentFiles(home)));
    return new SitePolicy(
        policies, new SiteRoutes(rosters, member, false), facts, coordinator.name(), CLOCK);
  }

  @Override
  public void close() {
    audit.close();
    database.close();
  }
}

package org.concordat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.agent.policy.SitePolicy;
import org.concordat.agent.site.Rosters;
import org.concordat.auditlog.LogSigner;
import org.concordat.certs.AllianceDomain;
import org.concordat.certs.AllianceName;
import org.concordat.certs.CaLifetimes;
import org.concordat.certs.Country;
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
import org.concordat.coordinator.job.AlliancePolicy;
import org.concordat.jurisdictions.Policy;
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

  private static final Clock CLOCK = Clock.systemUTC();

  private final Path root;
  private final Map<String, ParticipantKeys> keys = new LinkedHashMap<>();
  private final Database database;
  private final Entries entries;
  private final Genesis genesis;
  private final Seat coordinator;
  private final AuditTrail audit;
  private final Directory directory;

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
            new AllianceName("ready"),
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
    directory = new Directory(genesis, entries, CLOCK);
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

  /** As the coordinator asks it. */
  AlliancePolicy ofTheCoordinator() {
    return new AlliancePolicy(directory, coordinator.name(), audit, CLOCK);
  }

  /** As a member's agent asks it. */
  SitePolicy ofSite(String member) {
    return new SitePolicy(
        genesis, new Rosters(genesis, entries), member, coordinator.name(), CLOCK);
  }

  @Override
  public void close() {
    audit.close();
    database.close();
  }
}

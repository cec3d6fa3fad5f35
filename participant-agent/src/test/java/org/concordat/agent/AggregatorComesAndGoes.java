package org.concordat.agent;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Set;
import org.concordat.agent.site.Rosters;
import org.concordat.certs.Country;
import org.concordat.certs.Jurisdiction;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberProfile;
import org.concordat.certs.MemberRequest;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.Role;
import org.concordat.certs.Roster;
import org.concordat.certs.RosterChain;
import org.concordat.certs.SignedRoster;
import org.concordat.secureagg.Digest;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;

/** Signed rosters: without an aggregator, then with one of all members' jurisdiction, and again. */
public final class AggregatorComesAndGoes implements AutoCloseable {
  public static final String NAME = "eu-sum";

  public final Rosters rosters;
  private final Founded alliance;
  private final Database database;
  private final Path root;
  private final Clock clock;
  private RosterChain chain;
  private int keys;

  public AggregatorComesAndGoes(Path root, Clock clock) {
    this.root = root;
    this.clock = clock;
    alliance = new Founded(root, Founded.OPEN, clock);
    database = Database.open(StoreLocation.sqlite(root.resolve("state")));
    rosters = new Rosters(alliance.genesis, new SqlEntries(database));
    chain = RosterChain.of(alliance.genesis);
  }

  /** Names it; the digest of the roster that does. */
  public Digest comes(String country) {
    MemberProfile profile =
        new MemberProfile(
            new MemberId(NAME),
            new Jurisdiction("eu"),
            new Country(country),
            new Country(country),
            Set.of(Role.AGGREGATOR),
            "127.0.0.1:1",
            null,
            String.format(Locale.ROOT, "%032d", keys));
    ParticipantKeys own = ParticipantKeys.create(root.resolve("keys-" + keys++));
    return inForce(chain.latest().joined(MemberRequest.make(profile, own, clock)));
  }

  /** Removes it; the digest of the roster without it. */
  public Digest goes() {
    return inForce(chain.latest().removed(new MemberId(NAME), "test"));
  }

  /** Of the roster in force. */
  public Digest now() {
    return new Digest(chain.latestDigest().bytes());
  }

  private Digest inForce(Roster next) {
    Roster before = chain.latest();
    chain =
        chain.append(
            new SignedRoster(
                next,
                Founded.MEMBERS.stream()
                    .map(member -> next.approve(before, alliance.keys.get(member)))
                    .toList()));
    if (!rosters.offer(chain.toBytes())) {
      throw new AssertionError("the roster was not taken");
    }
    return now();
  }

  @Override
  public void close() {
    database.close();
  }
}

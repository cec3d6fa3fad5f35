package org.concordat.iam.keycloak;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.concordat.certs.Roster;
import org.concordat.iam.token.Standing;
import org.concordat.iam.token.Standing.Holder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at a realm after the other. It asks for those only who hold a token now, so that the
 * size of the realm does not matter; with nobody there it asks for nothing. A question that fails
 * changes nothing about whom it is, holds up no other, and the log says so. Used on one thread.
 */
final class RealmWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(RealmWatch.class);

  /** Groups are looked at again without a change of the roster: somebody may have changed them. */
  private static final Duration GROUPS_AGAIN = Duration.ofMinutes(5);

  private static final Duration SAY_AGAIN = Duration.ofMinutes(5);

  private final Realm realm;
  private final RealmAdmin admin;
  private final MemberGroups groups;
  private final Standing standing;
  private final Supplier<Roster> roster;
  private final Clock clock;
  private final Trouble people = new Trouble("people who are disabled there are not known here");
  private final Trouble following = new Trouble("its groups do not follow the roster");
  private int followed;
  private Instant followAgain = Instant.MIN;

  RealmWatch(Realm realm, Standing standing, Supplier<Roster> roster, Clock clock) {
    this.realm = realm;
    this.admin = new RealmAdmin(realm, clock);
    this.groups = new MemberGroups(admin, realm);
    this.standing = standing;
    this.roster = roster;
    this.clock = clock;
  }

  private interface Look {
    void take() throws IOException;
  }

  /** Questions about one after the other: one that fails shields nobody after it. */
  private static final class Each {
    private @Nullable IOException first;

    void ask(Look look) throws IOException {
      try {
        look.take();
      } catch (IOException failed) {
        if (first == null) {
          first = failed;
        }
        if (Thread.currentThread().isInterrupted()) {
          throw first; // the watch is to end
        }
      }
    }

    void finish() throws IOException {
      if (first != null) {
        throw first;
      }
    }
  }

  /** What fails again and again is said now and then. */
  private final class Trouble {
    private final String consequence;
    private Instant sayAgain = Instant.MIN;

    Trouble(String consequence) {
      this.consequence = consequence;
    }

    void during(Look look) {
      try {
        look.take();
        if (sayAgain.isAfter(Instant.MIN)) {
          LOG.info("{} is in step again", realm.issuer());
          sayAgain = Instant.MIN;
        }
      } catch (IOException | RuntimeException failed) {
        Instant now = clock.instant();
        if (!now.isBefore(sayAgain)) {
          sayAgain = now.plus(SAY_AGAIN);
          String why = failed instanceof IOException ? failed.getMessage() : failed.toString();
          LOG.warn("{}: until this is mended, {}: {}", realm.issuer(), consequence, why);
        }
      }
    }
  }

  @Override
  public void run() {
    people.during(this::lookAtPeople);
    if (realm.groups()) {
      following.during(this::lookAtGroups);
    }
  }

  private void lookAtPeople() throws IOException {
    String issuer = realm.issuer().toString();
    List<Holder> holders = standing.live(issuer);
    if (holders.isEmpty()) {
      return;
    }
    if (!admin.clientEnabled(realm.clientId())) {
      // of a wrong address everybody is gone: that is no news of anybody
      throw new RealmException(realm.admin() + " does not know '" + realm.clientId() + "'");
    }
    Set<String> subjects = new HashSet<>();
    Set<String> clients = new HashSet<>();
    for (Holder holder : holders) {
      subjects.add(holder.subject());
      holder.client().ifPresent(clients::add);
    }
    Each each = new Each();
    for (String client : clients) {
      each.ask(() -> standing.client(issuer, client, admin.clientEnabled(client)));
    }
    for (String subject : subjects) {
      each.ask(() -> standing.person(issuer, subject, admin.personEnabled(subject)));
    }
    each.finish();
  }

  private void lookAtGroups() throws IOException {
    Roster now = roster.get();
    if (now.version() != followed || !clock.instant().isBefore(followAgain)) {
      groups.follow(now);
      followed = now.version();
      followAgain = clock.instant().plus(GROUPS_AGAIN);
    }
  }
}

package org.concordat.iam.token;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.concordat.iam.token.TokenRefusedException.Reason;

/**
 * Who holds a token that has not ended, and who of them the provider has disabled since. Whoever
 * watches a provider asks for the first and tells the second; it is looked at in every call. What
 * is not told stays as it is: a provider that is away ends nothing and opens nothing.
 *
 * <p>Who was disabled is not known any more after a restart. So a token from before it is taken
 * only when the provider has spoken since of who holds it; one from after it is the provider's word
 * that they are enabled. Thread-safe.
 */
public final class Standing {
  /** So many are watched at once; tokens of more are refused until some have ended. */
  static final int MOST = 100_000;

  /**
   * Somebody with a token.
   *
   * @param subject the provider's name for the person or service; personal data, never logged
   * @param client the client at the provider through which the token was given
   */
  public record Holder(String issuer, String subject, Optional<String> client) {
    /** Without the person. */
    @Override
    public String toString() {
      return "holder of a token from " + issuer;
    }
  }

  /** A person, or a client, at a provider. */
  private record Name(String issuer, boolean client, String id) {}

  private final Set<String> watched;
  private final Clock clock;
  private final Map<Holder, Instant> live = new HashMap<>();
  private final Set<Name> disabled = new HashSet<>();
  private final Set<Name> toldOf = new HashSet<>();
  private final Instant began;

  /**
   * @param watched issuers that somebody watches
   */
  public Standing(Set<String> watched, Clock clock) {
    this.watched = Set.copyOf(watched);
    this.clock = clock;
    this.began = clock.instant().truncatedTo(ChronoUnit.SECONDS); // as tokens say it
  }

  /**
   * @throws TokenRefusedException if the provider has disabled who holds the token, or the client
   *     that it was given through, or may have done so before this began
   */
  void require(VerifiedToken token) throws TokenRefusedException {
    if (!watched.contains(token.issuer())) {
      return;
    }
    Holder holder = new Holder(token.issuer(), token.subject(), token.client());
    synchronized (this) {
      if (!live.containsKey(holder) && live.size() >= MOST && pruned() >= MOST) {
        throw new TokenRefusedException(
            Reason.DENIED,
            MOST + " people are signed in, and more are not watched. Next: try again later");
      }
      live.merge(holder, token.expires(), (a, b) -> a.isAfter(b) ? a : b);
      Set<Name> names = names(holder);
      if (!Collections.disjoint(disabled, names)) {
        throw new TokenRefusedException(
            Reason.DENIED,
            "the identity provider has disabled this person, service or client. Next: ask whoever"
                + " keeps it");
      }
      if (token.issued().isBefore(began) && !toldOf.containsAll(names)) {
        throw new TokenRefusedException(
            Reason.DENIED,
            "the token is from before the coordinator's start, and the identity provider has not"
                + " said since that its holder is still enabled. Next: try again in some seconds,"
                + " or sign in again; the operator sees in the coordinator's log whether the"
                + " provider answers");
      }
    }
  }

  private static Set<Name> names(Holder holder) {
    Set<Name> names = new HashSet<>();
    names.add(new Name(holder.issuer, false, holder.subject));
    holder.client.ifPresent(client -> names.add(new Name(holder.issuer, true, client)));
    return names;
  }

  private int pruned() {
    Instant now = clock.instant();
    live.values().removeIf(end -> !now.isBefore(end));
    Set<Name> names = new HashSet<>();
    live.keySet().forEach(holder -> names.addAll(names(holder)));
    disabled.retainAll(names);
    toldOf.retainAll(names);
    return live.size();
  }

  /** Those of a provider that hold a token now. */
  public synchronized List<Holder> live(String issuer) {
    pruned();
    return live.keySet().stream().filter(holder -> holder.issuer.equals(issuer)).toList();
  }

  /** What the provider says of a person or service now. */
  public synchronized void person(String issuer, String subject, boolean enabled) {
    tell(new Name(issuer, false, subject), enabled);
  }

  /** What the provider says of a client now. */
  public synchronized void client(String issuer, String client, boolean enabled) {
    tell(new Name(issuer, true, client), enabled);
  }

  private void tell(Name name, boolean enabled) {
    toldOf.add(name);
    if (enabled) {
      disabled.remove(name);
    } else {
      disabled.add(name);
    }
  }
}

package org.concordat.certs;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.CrlRefusedException.Reason;

/**
 * How often an issuer's lists are taken and handed on to everybody. One that revokes something more
 * always is: that ends with {@link Crl#MAX_ENTRIES}. One that does not is taken once in {@link
 * #BETWEEN}, and besides when the one in force is within its last third, or has ended; of a
 * suspended member never. Forgotten with the process. Used on one thread.
 */
public final class CrlPace {
  public static final Duration BETWEEN = Duration.ofHours(1);

  /** The last list of each issuer that was taken, and the last that revoked nothing more. */
  private final Map<Sha256, Instant> taken = new HashMap<>();

  private final Map<Sha256, Instant> nothingNew = new HashMap<>();

  /**
   * Counts a list that is otherwise in order.
   *
   * @param known the one in force of the same issuer
   * @param now by this machine's clock
   * @throws CrlRefusedException NOTHING_NEW, which says when it may come again
   */
  public void admit(Optional<Crl> known, Crl next, Roster roster, Instant now) {
    if (!revokesMore(known, next)) {
      requireNotSuspended(next, roster);
      requireDue(known, next, now);
      nothingNew.put(next.issuerKey(), now);
    }
    taken.put(next.issuerKey(), now);
  }

  private static boolean revokesMore(Optional<Crl> known, Crl next) {
    return known
        .map(crl -> !crl.revoked().keySet().containsAll(next.revoked().keySet()))
        .orElse(!next.revoked().isEmpty());
  }

  private static void requireNotSuspended(Crl next, Roster roster) {
    roster
        .findByMemberCa(next.issuerKey())
        .flatMap(member -> roster.findSuspended(member.id()))
        .ifPresent(
            suspended -> {
              throw new CrlRefusedException(
                  Reason.NOTHING_NEW,
                  "it revokes nothing more, and '%s' is suspended: it may come once the members have resumed it"
                      .formatted(suspended.id()));
            });
  }

  private void requireDue(Optional<Crl> known, Crl next, Instant now) {
    Instant last = nothingNew.get(next.issuerKey());
    if (last == null) {
      return;
    }
    Instant due = last.plus(BETWEEN);
    if (known.isPresent() && holds(next, now)) {
      Instant lastThird = lastThird(known.get());
      due = lastThird.isBefore(due) ? lastThird : due;
    }
    if (now.isBefore(due)) {
      throw new CrlRefusedException(
          Reason.NOTHING_NEW,
          "it revokes nothing more than number %s, and one such list of an issuer is taken in %d minutes: it may come again at %s"
              .formatted(
                  known.map(crl -> crl.number().toString()).orElse("0"), BETWEEN.toMinutes(), due));
    }
  }

  /** One that ends at once would make room for the next at once. */
  private static boolean holds(Crl next, Instant now) {
    return next.nextUpdate().isAfter(now.plus(BETWEEN.dividedBy(2)));
  }

  /** From when it was taken: its issuer can date it as it likes. */
  private Instant lastThird(Crl known) {
    Instant since = taken.getOrDefault(known.issuerKey(), known.thisUpdate());
    return known.nextUpdate().minus(Duration.between(since, known.nextUpdate()).dividedBy(3));
  }
}

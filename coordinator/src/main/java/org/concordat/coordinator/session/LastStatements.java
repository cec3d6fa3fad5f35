package org.concordat.coordinator.session;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Stamp;
import org.concordat.store.Entries;

/**
 * Each member's newest statement of secure aggregation, for the member to compare with what its
 * store says when a session opens: an old copy of a store shows by it. In memory at once, in the
 * store within a second or so, never on the path of a round: a member takes an older one for what
 * it is. Thread-safe.
 */
public final class LastStatements {

  /** Larger ones (an epoch's deposit) are passed over: the next statement follows soon. */
  private static final int MAX_BYTES = 1 << 16;

  private static final int MAX_PAST = 64;

  private record Statement(Stamp stamp, byte[] sealed) {}

  private final Entries entries;
  private final Notary notary;
  private final Map<String, Statement> newest = new ConcurrentHashMap<>();
  private final Set<String> changed = ConcurrentHashMap.newKeySet();

  /** By member, stores after which another one of its has spoken. */
  private final Map<String, Set<Incarnation>> past = new ConcurrentHashMap<>();

  /**
   * @param notary opens what is stored; what it does not open any more is forgotten
   */
  public LastStatements(Entries entries, Notary notary) {
    this.entries = entries;
    this.notary = notary;
    for (Map.Entry<String, byte[]> stored : entries.all(Kinds.LAST_STATEMENTS).entrySet()) {
      try {
        Notary.Opened opened = notary.open(stored.getValue());
        newest.put(stored.getKey(), new Statement(opened.stamp(), stored.getValue()));
      } catch (BadEnvelopeException ofAnotherRoster) {
        changed.remove(stored.getKey());
      }
    }
  }

  /** Takes a statement whose signature was checked. */
  public void heard(Notary.Opened opened, byte[] sealed) {
    if (opened.stamp().counter() == 0 || sealed.length > MAX_BYTES) {
      return;
    }
    Statement statement = new Statement(opened.stamp(), sealed);
    Statement kept =
        newest.merge(
            opened.sender(),
            statement,
            (before, now) -> isNewer(opened.sender(), before, now) ? now : before);
    if (kept == statement) {
      changed.add(opened.sender());
    }
  }

  /**
   * Of one store the higher count; of another store whatever comes later, unless this member has
   * spoken from yet another one since: what was on its way then says nothing of now.
   */
  private boolean isNewer(String member, Statement before, Statement now) {
    if (before.stamp.incarnation().equals(now.stamp.incarnation())) {
      return now.stamp.counter() > before.stamp.counter();
    }
    Set<Incarnation> gone = past.computeIfAbsent(member, any -> Newest.of(MAX_PAST));
    boolean another = !gone.contains(now.stamp.incarnation());
    if (another) {
      gone.add(before.stamp.incarnation());
    }
    return another;
  }

  /**
   * The sealed statement, empty where none was heard. One of a former member of that name says
   * nothing of the present one.
   */
  public Optional<byte[]> of(String member) {
    return Optional.ofNullable(newest.get(member)).map(Statement::sealed).filter(this::isReadable);
  }

  private boolean isReadable(byte[] sealed) {
    try {
      notary.open(sealed);
      return true;
    } catch (BadEnvelopeException ofAFormerMember) {
      return false;
    }
  }

  /** Writes what has changed since the last time. Durable when it returns. */
  public void flush() {
    List<Entries.Put> puts = new ArrayList<>();
    List<String> members = List.copyOf(changed);
    changed.removeAll(members);
    members.forEach(
        member ->
            Optional.ofNullable(newest.get(member))
                .ifPresent(
                    said -> puts.add(new Entries.Put(Kinds.LAST_STATEMENTS, member, said.sealed))));
    try {
      entries.apply(puts);
    } catch (RuntimeException notStored) {
      changed.addAll(members);
      throw notStored;
    }
  }
}

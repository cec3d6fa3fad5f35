package org.concordat.coordinator.directory;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.certs.MemberId;
import org.concordat.certs.MemberSignature;
import org.concordat.certs.RosterChange;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.store.Entries;

/**
 * Next rosters that wait for signatures, by their digest: the approvals they have, and the changes
 * that were proposed. Changes of the store are made by the caller, in one write. On the mailbox
 * thread.
 */
final class Proposals {
  private final Entries entries;

  /** As the store has them: to parse one is to verify a request. */
  private final Map<String, RosterChange> changes = new TreeMap<>();

  Proposals(Entries entries) {
    this.entries = entries;
    entries
        .all(Kinds.CHANGES)
        .forEach((digest, change) -> changes.put(digest, RosterChange.parse(change)));
  }

  Collection<RosterChange> all() {
    return changes.values();
  }

  /** Whose signatures a next roster has. */
  List<MemberSignature> approvals(String digest) {
    String prefix = digest + "/";
    List<MemberSignature> found = new ArrayList<>();
    for (Map.Entry<String, byte[]> entry : entries.all(Kinds.APPROVALS).entrySet()) {
      if (entry.getKey().startsWith(prefix)) {
        found.add(
            new MemberSignature(
                new MemberId(entry.getKey().substring(prefix.length())),
                new String(entry.getValue(), StandardCharsets.US_ASCII).split(" ", 2)[0]));
      }
    }
    return found;
  }

  /**
   * Keeps an approval.
   *
   * @param stored which begins with its signature
   */
  static Entries.Change keep(String digest, MemberId approver, String stored) {
    return new Entries.Put(
        Kinds.APPROVALS, digest + "/" + approver, stored.getBytes(StandardCharsets.US_ASCII));
  }

  /** A member's approval takes the place of those that it gave to others of the kind. */
  Replacement replacing(String digest, RosterChange change, MemberId approver) {
    List<Entries.Change> writes = new ArrayList<>();
    List<String> others = new ArrayList<>();
    List<String> over = new ArrayList<>();
    Given given = given(digest, approver).orElse(Given.FIRST);
    for (Map.Entry<String, RosterChange> proposed : changes.entrySet()) {
      RosterChange other = proposed.getValue();
      String before = proposed.getKey();
      boolean same =
          other.about().equals(change.about()) && other.getClass().equals(change.getClass());
      if (same && !before.equals(digest)) {
        given = given(before, approver).map(one -> one.next(before)).orElse(given);
        writes.add(new Entries.Delete(Kinds.APPROVALS, before + "/" + approver));
        if (approvals(before).stream().allMatch(kept -> kept.member().equals(approver))) {
          writes.add(new Entries.Delete(Kinds.CHANGES, before));
          over.add(before);
        } else {
          others.add(other.reason());
        }
      }
    }
    writes.add(new Entries.Put(Kinds.CHANGES, digest, change.toBytes()));
    return new Replacement(given, writes, others, over);
  }

  /**
   * What an approval of a change replaces.
   *
   * @param otherReasons of changes of the kind that others go on to approve
   * @param over digests of those that nobody approves any more
   */
  record Replacement(
      Given given, List<Entries.Change> writes, List<String> otherReasons, List<String> over) {}

  private Optional<Given> given(String digest, MemberId approver) {
    return entries.get(Kinds.APPROVALS, digest + "/" + approver).map(Given::parse);
  }

  /** Once it is stored. */
  void replaced(String digest, RosterChange change, Replacement by) {
    changes.put(digest, change);
    by.over().forEach(changes::remove);
  }

  /**
   * Erases what was proposed, with its approvals: it is about a roster that is in force no more.
   */
  List<Entries.Delete> withoutAny() {
    List<Entries.Delete> writes = new ArrayList<>();
    for (String digest : changes.keySet()) {
      writes.add(new Entries.Delete(Kinds.CHANGES, digest));
      approvals(digest)
          .forEach(
              one -> writes.add(new Entries.Delete(Kinds.APPROVALS, digest + "/" + one.member())));
    }
    return writes;
  }

  /** Once that is stored. */
  void erased() {
    changes.clear();
  }
}

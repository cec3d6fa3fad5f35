package org.concordat.coordinator.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.certs.MemberId;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.iam.PersonNames;
import org.concordat.iam.token.TokenRefusedException;
import org.concordat.store.Entries;

/**
 * The keys under which people are named in the log, one for each person of each member. A key that
 * is destroyed is erased from the store for good: the log still verifies, and its name is nobody's
 * any more. Who comes again has another name. Thread-safe.
 */
public final class PersonKeys implements PersonNames.Keys {
  private static final int MAX_REMEMBERED = 10_000;

  private final Entries entries;
  private final int mostPerMember;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, byte[]> remembered = new HashMap<>();
  private final Map<String, Integer> people = new HashMap<>();

  /**
   * @param mostPerMember a member's provider can invent people; so many of them have names
   */
  public PersonKeys(Entries entries, int mostPerMember) {
    this.entries = entries;
    this.mostPerMember = mostPerMember;
    for (String id : entries.ids(Kinds.PERSON_KEYS)) {
      people.merge(id.substring(0, id.indexOf('/')), 1, Integer::sum);
    }
  }

  @Override
  public synchronized byte[] keyOf(String person, MemberId member) throws TokenRefusedException {
    String id = member + "/" + person;
    byte[] known = remembered.get(id);
    if (known != null) {
      return known;
    }
    Optional<byte[]> stored = entries.get(Kinds.PERSON_KEYS, id);
    byte[] key = stored.isPresent() ? stored.get() : make(id, person, member);
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.put(id, key);
    return key;
  }

  private byte[] make(String id, String person, MemberId member) throws TokenRefusedException {
    if (people.getOrDefault(member.value(), 0) >= mostPerMember) {
      throw new TokenRefusedException(
          TokenRefusedException.Reason.PERSON,
          ("%d people of %s have signed in, and no more may (oidc.people-per-member). Next: forget"
                  + " some ('audit forget'), or raise it in the coordinator's file")
              .formatted(mostPerMember, member));
    }
    byte[] key = new byte[PersonNames.KEY_BYTES];
    random.nextBytes(key);
    String name = member + "/" + PersonNames.name(person, key);
    entries.apply(
        List.of(
            new Entries.PutSecret(Kinds.PERSON_KEYS, id, key),
            new Entries.PutSecret(
                Kinds.PERSON_NAMES, name, person.getBytes(StandardCharsets.US_ASCII))));
    people.merge(member.value(), 1, Integer::sum);
    return key;
  }

  /**
   * Destroys the key of a name; of one that was destroyed before, makes sure of it.
   *
   * @param name as entries of the log have it
   * @param member whose person it must be
   * @return whether there is, or was, one
   * @throws org.concordat.store.StoreException if it could not be erased; try again
   */
  public synchronized boolean forget(String name, MemberId member) {
    String id = member + "/" + name;
    Optional<byte[]> person = entries.get(Kinds.PERSON_NAMES, id);
    if (person.isEmpty() && entries.get(Kinds.FORGOTTEN, id).isEmpty()) {
      return false;
    }
    List<Entries.Change> changes =
        person
            .map(hash -> member + "/" + new String(hash, StandardCharsets.US_ASCII))
            .map(
                key -> {
                  remembered.remove(key);
                  people.computeIfPresent(member.value(), (same, now) -> now - 1);
                  return List.<Entries.Change>of(
                      new Entries.Delete(Kinds.PERSON_KEYS, key),
                      new Entries.Delete(Kinds.PERSON_NAMES, id),
                      new Entries.Put(Kinds.FORGOTTEN, id, new byte[0]));
                })
            .orElseGet(() -> List.of(new Entries.Put(Kinds.FORGOTTEN, id, new byte[0])));
    entries.apply(changes); // the store erases what it still owes before it changes anything
    return true;
  }

  /** All names whose keys were destroyed, as {@code MEMBER/NAME}. */
  public List<String> forgotten() {
    return entries.ids(Kinds.FORGOTTEN);
  }
}

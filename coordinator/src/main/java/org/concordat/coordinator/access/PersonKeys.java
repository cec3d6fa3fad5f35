package org.concordat.coordinator.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.concordat.certs.MemberId;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.iam.PersonNames;
import org.concordat.store.Entries;

/**
 * The keys under which people are named in the log, one for each person. A key that is destroyed is
 * erased from the store for good: the log still verifies, and its name is nobody's any more. Who
 * comes again has another name.
 */
public final class PersonKeys implements PersonNames.Keys {
  private static final int MAX_REMEMBERED = 10_000;

  private final Entries entries;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, byte[]> remembered = new HashMap<>();

  public PersonKeys(Entries entries) {
    this.entries = entries;
  }

  @Override
  public synchronized byte[] keyOf(String person, MemberId member) {
    byte[] known = remembered.get(person);
    if (known != null) {
      return known;
    }
    byte[] key = entries.get(Kinds.PERSON_KEYS, person).map(PersonKeys::key).orElse(null);
    if (key == null) {
      key = new byte[PersonNames.KEY_BYTES];
      random.nextBytes(key);
      entries.apply(List.of(new Entries.PutSecret(Kinds.PERSON_KEYS, person, body(key, member))));
    }
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.put(person, key);
    return key;
  }

  /**
   * Destroys the key of a name.
   *
   * @param name as entries of the log have it
   * @param member whose person it must be
   * @return whether there was one
   * @throws org.concordat.store.StoreException if it could not be erased; try again
   */
  public synchronized boolean forget(String name, MemberId member) {
    for (Map.Entry<String, byte[]> each : entries.all(Kinds.PERSON_KEYS).entrySet()) {
      byte[] body = each.getValue();
      if (Arrays.equals(body, body(key(body), member))
          && PersonNames.name(each.getKey(), key(body)).equals(name)) {
        remembered.remove(each.getKey());
        entries.apply(List.of(new Entries.Delete(Kinds.PERSON_KEYS, each.getKey())));
        return true;
      }
    }
    return false;
  }

  private static byte[] key(byte[] body) {
    return Arrays.copyOf(body, PersonNames.KEY_BYTES);
  }

  private static byte[] body(byte[] key, MemberId member) {
    byte[] name = member.value().getBytes(StandardCharsets.US_ASCII);
    byte[] body = Arrays.copyOf(key, key.length + name.length);
    System.arraycopy(name, 0, body, key.length, name.length);
    return body;
  }
}

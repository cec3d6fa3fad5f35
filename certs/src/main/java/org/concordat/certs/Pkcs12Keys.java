package org.concordat.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Private keys in PKCS#12 files (RFC 7292) that only their owner reads. */
final class Pkcs12Keys {
  private static final int MAX_BYTES = 1 << 20;

  private Pkcs12Keys() {}

  /**
   * The PKCS#8 bytes of the key.
   *
   * @throws KeyFileException naming the file: missing, readable by others, another password, no
   *     such entry, or several where none is named
   */
  static byte[] read(KeyPlace.Pkcs12 place) {
    SecretFiles.requirePrivate(place.file(), "0600");
    char[] password = SecretFiles.readPassword(place.passwordFile());
    try {
      KeyStore store = open(place, password);
      String entry = entry(place.file(), keys(store), place.entry());
      Key key = store.getKey(entry, password);
      byte[] pkcs8 = key instanceof PrivateKey ? key.getEncoded() : null;
      if (pkcs8 == null) {
        throw new KeyFileException(place.file(), "holds no private key as " + Quoted.text(entry));
      }
      return pkcs8;
    } catch (GeneralSecurityException e) {
      throw new KeyFileException(place.file(), "holds a key that cannot be read with its password");
    } finally {
      Arrays.fill(password, '\0');
    }
  }

  private static KeyStore open(KeyPlace.Pkcs12 place, char[] password)
      throws GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try {
      store.load(new ByteArrayInputStream(SecretFiles.read(place.file(), MAX_BYTES)), password);
      return store;
    } catch (IOException e) {
      throw new KeyFileException(
          place.file(),
          e.getCause() instanceof UnrecoverableKeyException
              ? "does not open with the password in " + place.passwordFile()
              : "is no PKCS#12 file, or damaged; restore it from your copy");
    }
  }

  private static List<String> keys(KeyStore store) throws GeneralSecurityException {
    List<String> keys = new ArrayList<>();
    for (String alias : Collections.list(store.aliases())) {
      if (store.isKeyEntry(alias)) {
        keys.add(alias);
      }
    }
    Collections.sort(keys);
    return keys;
  }

  /** The one that is named, or the only one. */
  static String entry(Path file, List<String> keys, @Nullable String wanted) {
    if (wanted != null) {
      return keys.stream()
          .filter(key -> key.equalsIgnoreCase(wanted)) // aliases are kept in lower case
          .findFirst()
          .orElseThrow(
              () ->
                  new KeyFileException(
                      file,
                      "has no private key named %s; it has: %s"
                          .formatted(Quoted.text(wanted), names(keys))));
    }
    if (keys.size() != 1) {
      throw new KeyFileException(
          file,
          "holds %d private keys (%s); name one with 'entry' in %s"
              .formatted(keys.size(), names(keys), KeyPlaces.FILE));
    }
    return keys.get(0);
  }

  private static String names(List<String> keys) {
    return keys.isEmpty() ? "none" : Quoted.text(String.join(", ", keys));
  }
}

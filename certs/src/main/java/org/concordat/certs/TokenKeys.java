package org.concordat.certs;

import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * P-256 keys on tokens, through the JDK's SunPKCS11. The private key is a handle: it signs on the
 * token and has no encoding. One provider a library and slot lives as long as the process.
 */
final class TokenKeys {
  private static final Map<String, Provider> PROVIDERS = new ConcurrentHashMap<>();

  private TokenKeys() {}

  /**
   * @throws KeyFileException naming the library: missing, no token in the slot, another PIN, no
   *     such key, not P-256
   */
  static KeyPair read(KeyPlace.Token place) {
    if (!Files.isReadable(place.library())) {
      throw new KeyFileException(place.library(), "is no PKCS#11 library that can be read");
    }
    char[] pin = SecretFiles.readPassword(place.pinFile());
    try {
      KeyStore store = KeyStore.getInstance("PKCS11", provider(place));
      store.load(null, pin);
      return pair(place, store);
    } catch (IOException e) {
      throw new KeyFileException(
          place.library(),
          "does not open the token in slot %d with the PIN in %s"
              .formatted(place.slot(), place.pinFile()));
    } catch (GeneralSecurityException e) {
      throw new KeyFileException(place.library(), "cannot use the token in slot " + place.slot());
    } finally {
      Arrays.fill(pin, '\0');
    }
  }

  private static KeyPair pair(KeyPlace.Token place, KeyStore store)
      throws GeneralSecurityException {
    List<String> aliases = Collections.list(store.aliases());
    String entry = Pkcs12Keys.entry(place.library(), aliases, place.entry());
    Key key = store.getKey(entry, null);
    Certificate certificate = store.getCertificate(entry);
    if (!(key instanceof PrivateKey privateKey)
        || certificate == null
        || !(certificate.getPublicKey() instanceof ECPublicKey)) {
      throw new KeyFileException(
          place.library(),
          "has no elliptic-curve key with a certificate as %s in slot %d"
              .formatted(Quoted.text(entry), place.slot()));
    }
    try {
      return new KeyPair(EcKeys.publicKey(certificate.getPublicKey().getEncoded()), privateKey);
    } catch (IllegalArgumentException e) {
      throw new KeyFileException(place.library(), "holds another kind of key, not P-256");
    }
  }

  private static Provider provider(KeyPlace.Token place) {
    return PROVIDERS.computeIfAbsent(place.library() + "\n" + place.slot(), id -> made(place));
  }

  private static Provider made(KeyPlace.Token place) {
    Provider sun = Security.getProvider("SunPKCS11");
    if (sun == null) {
      throw new KeyFileException(
          place.library(), "cannot be used: this Java runtime has no SunPKCS11");
    }
    String settings = // "--" says that it is no file's name
        "--name=concordat-%d\nlibrary=%s\nslot=%d\n"
            .formatted(place.slot(), place.library(), place.slot());
    try {
      Provider provider = sun.configure(settings);
      Security.addProvider(provider); // signatures find it by the key
      return provider;
    } catch (ProviderException | InvalidParameterException e) {
      throw new KeyFileException(
          place.library(), "has no token in slot " + place.slot() + " that can be used");
    }
  }
}

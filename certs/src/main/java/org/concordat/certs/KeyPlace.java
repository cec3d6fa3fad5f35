package org.concordat.certs;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where one private key is, if not in a file of its own. Passwords and PINs are in files only. */
sealed interface KeyPlace {
  /**
   * A PKCS#12 file (RFC 7292).
   *
   * @param entry the alias (friendly name); null where the file holds one private key
   */
  record Pkcs12(Path file, Path passwordFile, @Nullable String entry) implements KeyPlace {}

  /**
   * A token behind a PKCS#11 library; the key never leaves it.
   *
   * @param slot the library's own number of it
   * @param entry label of the key and its certificate
   */
  record Token(Path library, long slot, Path pinFile, String entry) implements KeyPlace {}
}

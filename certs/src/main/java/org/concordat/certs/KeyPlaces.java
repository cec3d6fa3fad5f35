package org.concordat.certs;

import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.config.Section;
import org.concordat.config.Yaml;
import org.jspecify.annotations.Nullable;

/**
 * Where a participant's two keys are, by {@value #FILE} in the folder with its keys: there as
 * PKCS#8, in a PKCS#12 file, or, the member CA key, on a token.
 *
 * @param identity null: {@code identity.key}
 * @param memberCa null: {@code member-ca.key}
 */
record KeyPlaces(@Nullable KeyPlace identity, @Nullable KeyPlace memberCa) {
  static final String FILE = "keystore.yaml";

  private static final KeyPlaces HERE = new KeyPlaces(null, null);

  /** Whether somebody has put keys elsewhere. */
  static boolean areSaid(Path directory) {
    return Files.exists(directory.resolve(FILE));
  }

  /**
   * @throws KeyFileException naming every mistake in the file, with its line
   */
  static KeyPlaces read(Path directory) {
    if (!areSaid(directory)) {
      return HERE;
    }
    Path file = directory.resolve(FILE);
    SecretFiles.requirePrivate(file, "0600");
    try {
      Section root = Yaml.read(file);
      KeyPlaces places =
          new KeyPlaces(place(root, "identity", false), place(root, "member-ca", true));
      root.done();
      root.problems().throwIfAny();
      return places;
    } catch (InvalidConfigurationException e) {
      throw new KeyFileException(file, "has mistakes: " + e.getMessage());
    }
  }

  private static @Nullable KeyPlace place(Section root, String key, boolean tokens) {
    if (!root.has(key)) {
      return null;
    }
    Section section = root.section(key);
    String entry = section.textOrNull("entry");
    KeyPlace place;
    if (section.has("pkcs11")) {
      if (!tokens) {
        section.problem(
            "pkcs11", "'" + key + ".pkcs11': only the member CA key can be on a token (P-256)");
      }
      place =
          new KeyPlace.Token(
              section.file("pkcs11"),
              section.integer("slot", 0, Integer.MAX_VALUE, null),
              section.file("pin-file"),
              entry == null ? key : entry);
    } else {
      place = new KeyPlace.Pkcs12(section.file("pkcs12"), section.file("password-file"), entry);
    }
    section.done();
    return place;
  }
}

package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParticipantKeysTest {
  private static final byte[] MESSAGE = "a round".getBytes(StandardCharsets.UTF_8);

  @TempDir Path temp;

  private Path directory() {
    return temp.resolve("keys");
  }

  @Test
  void filesAreForTheirOwnerOnly() throws Exception {
    ParticipantKeys.create(directory());
    assertThat(permissions(directory())).isEqualTo("rwx------");
    try (var files = Files.list(directory())) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(2);
      for (Path file : all) {
        assertThat(permissions(file)).isEqualTo("rw-------");
      }
    }
  }

  @Test
  void loadedKeysAreTheSameKeys() {
    ParticipantKeys made = ParticipantKeys.create(directory());
    ParticipantKeys loaded = ParticipantKeys.load(directory());
    assertThat(loaded.identity()).isEqualTo(made.identity());
    assertThat(loaded.memberCaPublicKey()).isEqualTo(made.memberCaPublicKey());
    assertThat(loaded.sign(MESSAGE)).isEqualTo(made.sign(MESSAGE));
    assertThat(made.identity().verify(MESSAGE, loaded.sign(MESSAGE))).isTrue();
    assertThat(Csr.verify(Csr.make(loaded))).isEqualTo(made.memberCaPublicKey());
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity.key", "member-ca.key"})
  void eachFileIsRefusedByNameWhenMissingReadableOrDamaged(String name) throws Exception {
    ParticipantKeys.create(directory());
    Path file = directory().resolve(name);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    requireRefused(name, "chmod 0600");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "rubbish");
    requireRefused(name, "PEM");
    Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    requireRefused(name, "restore it");
    Files.delete(file);
    requireRefused(name, "missing");
  }

  private void requireRefused(String name, String problem) {
    assertThatThrownBy(() -> ParticipantKeys.load(directory()))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(problem);
  }

  @Test
  void swappedFilesAreRefused() throws Exception {
    ParticipantKeys.create(directory());
    Path identity = directory().resolve("identity.key");
    Files.write(identity, Files.readAllBytes(directory().resolve("member-ca.key")));
    assertThatThrownBy(() -> ParticipantKeys.load(directory()))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("not Ed25519");
  }

  @Test
  void openDirectoryIsRefused() throws Exception {
    ParticipantKeys.create(directory());
    Files.setPosixFilePermissions(directory(), PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> ParticipantKeys.load(directory()))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("chmod 0700");
    assertThatThrownBy(() -> ParticipantKeys.create(directory()))
        .isInstanceOf(KeyFileException.class);
  }

  @Test
  void existingKeysAreNeverOverwritten() throws Exception {
    ParticipantKeys first = ParticipantKeys.create(directory());
    assertThatThrownBy(() -> ParticipantKeys.create(directory()))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("never overwritten");
    assertThat(ParticipantKeys.load(directory()).identity()).isEqualTo(first.identity());
  }

  @Test
  void textFormsHoldNoSecret() throws Exception {
    ParticipantKeys keys = ParticipantKeys.create(directory());
    String file = Files.readString(directory().resolve("identity.key"));
    String secret = file.lines().skip(1).findFirst().orElseThrow();
    assertThat(keys.toString()).doesNotContain(secret).contains(keys.identity().base64());
  }

  @Test
  void theJdkReadsTheIdentityFileAndAgrees() throws Exception {
    ParticipantKeys keys = ParticipantKeys.create(directory());
    String pem = Files.readString(directory().resolve("identity.key"));
    byte[] pkcs8 = Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    PrivateKey jdk =
        KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(jdk);
    signature.update(MESSAGE);
    assertThat(signature.sign()).isEqualTo(keys.sign(MESSAGE));
  }

  /** RFC 8032 section 7.1, tests 2 and 3. */
  @Test
  void publishedSignaturesVerify() {
    requireVector(
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    requireVector(
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  }

  private static void requireVector(String key, String message, String signature) {
    HexFormat hex = HexFormat.of();
    IdentityKey identity = IdentityKey.of(hex.parseHex(key));
    byte[] signed = hex.parseHex(signature);
    assertThat(identity.verify(hex.parseHex(message), signed)).isTrue();
    assertThat(identity.verify(hex.parseHex(message + "00"), signed)).isFalse();
    signed[40] ^= 1;
    assertThat(identity.verify(hex.parseHex(message), signed)).isFalse();
    assertThat(identity.verify(hex.parseHex(message), new byte[63])).isFalse();
  }

  /** Points of small order verify anything under lax checks; see RFC 8032 section 8.4 onwards. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
      })
  void weakPublicKeysAreRefused(String key) {
    assertThatThrownBy(() -> IdentityKey.of(HexFormat.of().parseHex(key)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "not base64!", "MTIz"})
  void otherTextIsNoIdentityKey(String text) {
    assertThatThrownBy(() -> new IdentityKey(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static String permissions(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}

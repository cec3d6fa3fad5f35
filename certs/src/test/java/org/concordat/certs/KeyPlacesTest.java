package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys in PKCS#12 files, and everything that can be wrong with such a file. */
class KeyPlacesTest {
  private static final String PASSWORD = "correct horse battery";

  @TempDir Path directory;
  private TestAlliance alliance;
  private Path lyon;
  private X509Certificate any;

  @BeforeEach
  void makeAlliance() throws Exception {
    alliance = new TestAlliance(directory, Clock.systemUTC());
    lyon = directory.resolve("lyon");
    any = alliance.genesis.root();
    secret("password", PASSWORD + "\n");
  }

  private Path secret(String name, String text) throws Exception {
    return secret(lyon.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private static Path secret(Path file, byte[] content) throws Exception {
    Files.write(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static PrivateKey key(Path pem, String algorithm) throws Exception {
    return KeyFactory.getInstance(algorithm)
        .generatePrivate(new PKCS8EncodedKeySpec(SecretFiles.readKey(pem)));
  }

  /** With a certificate that is of some other key: nobody looks at it. */
  private void store(String name, Map<String, PrivateKey> keys) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    for (Map.Entry<String, PrivateKey> key : keys.entrySet()) {
      store.setKeyEntry(
          key.getKey(), key.getValue(), PASSWORD.toCharArray(), new Certificate[] {any});
    }
    Path file = secret(lyon.resolve(name), new byte[0]);
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
  }

  private Map<String, PrivateKey> both() throws Exception {
    Map<String, PrivateKey> keys = new LinkedHashMap<>();
    keys.put("identity", key(lyon.resolve("identity.key"), "Ed25519"));
    keys.put("member-ca", key(lyon.resolve("member-ca.key"), "EC"));
    return keys;
  }

  private void say(String yaml) throws Exception {
    secret(KeyPlaces.FILE, yaml);
  }

  private void refused(String... words) {
    assertThatThrownBy(() -> ParticipantKeys.load(lyon))
        .isInstanceOf(KeyFileException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words).doesNotContain(PASSWORD));
  }

  @Test
  void bothKeysInOneFileAreTheSameKeys() throws Exception {
    ParticipantKeys before = ParticipantKeys.load(lyon);
    store("keys.p12", both());
    Files.delete(lyon.resolve("identity.key"));
    Files.delete(lyon.resolve("member-ca.key"));
    assertThat(ParticipantKeys.exist(lyon)).isFalse();
    say(
        "identity: {pkcs12: keys.p12, password-file: password, entry: identity}\n"
            + "member-ca: {pkcs12: keys.p12, password-file: password, entry: MEMBER-CA}\n");
    assertThat(ParticipantKeys.exist(lyon)).isTrue();
    ParticipantKeys after = ParticipantKeys.load(lyon);
    assertThat(after.identity()).isEqualTo(before.identity());
    assertThat(after.memberCaDigest()).isEqualTo(before.memberCaDigest());
    byte[] message = "hello".getBytes(StandardCharsets.UTF_8);
    assertThat(after.sign(message)).isEqualTo(before.sign(message));
    new LeafIssuer(
            after,
            alliance.chain(TestAlliance.LYON),
            Role.AGENT,
            Duration.ofHours(1),
            alliance.clock)
        .issue()
        .chain()
        .get(0)
        .verify(after.memberCaPublicKey());
    assertThatThrownBy(() -> ParticipantKeys.create(lyon))
        .as("nothing is overwritten")
        .hasMessageContaining("keystore.yaml");
  }

  @Test
  void oneKeyAFileNeedsNoNameAndTheOtherKeyMayStay() throws Exception {
    IdentityKey identity = ParticipantKeys.load(lyon).identity();
    store("identity.p12", Map.of("1", key(lyon.resolve("identity.key"), "Ed25519")));
    Files.delete(lyon.resolve("identity.key"));
    say("identity: {pkcs12: identity.p12, password-file: password}\n");
    assertThat(ParticipantKeys.load(lyon).identity()).isEqualTo(identity);
  }

  @Test
  void filesThatOpensslMakesAreRead() throws Exception {
    if (!Files.isExecutable(Path.of("/usr/bin/openssl"))) {
      System.out.println("NOT TESTED: openssl is not installed");
      return;
    }
    IdentityKey identity = ParticipantKeys.load(lyon).identity();
    run("req", "-x509", "-new", "-key", "identity.key", "-subj", "/CN=any", "-out", "any.crt");
    run(
        "pkcs12",
        "-export",
        "-inkey",
        "identity.key",
        "-in",
        "any.crt",
        "-name",
        "identity",
        "-out",
        "identity.p12",
        "-passout",
        "file:password");
    secret(lyon.resolve("identity.p12"), Files.readAllBytes(lyon.resolve("identity.p12")));
    say("identity: {pkcs12: identity.p12, password-file: password}\n");
    assertThat(ParticipantKeys.load(lyon).identity()).isEqualTo(identity);
  }

  private void run(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(lyon.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void whatIsWrongIsSaidWithTheFileAndTheWayOut() throws Exception {
    store("keys.p12", both());
    String one = "identity: {pkcs12: keys.p12, password-file: password%s}\n";
    say(one.formatted(""));
    refused("keys.p12", "2 private keys", "identity, member-ca", "'entry'");
    say(one.formatted(", entry: lyon"));
    refused("keys.p12", "no private key named", "lyon", "identity, member-ca");
    say(one.formatted(", entry: member-ca"));
    refused("keys.p12", "not Ed25519");
    say(one.formatted(", entry: identity"));
    secret("password", "another\n");
    refused("keys.p12", "does not open with the password in", "password");
    secret("password", "\n");
    refused("password", "no password in its first line");
    Files.delete(lyon.resolve("password"));
    refused("password", "is missing");
    secret("password", PASSWORD);
    assertThat(ParticipantKeys.load(lyon)).as("no newline is needed").isNotNull();
    for (String file : List.of("password", "keys.p12", KeyPlaces.FILE)) {
      Files.setPosixFilePermissions(
          lyon.resolve(file), PosixFilePermissions.fromString("rw-r-----"));
      refused(file, "others have access", "chmod 0600");
      Files.setPosixFilePermissions(
          lyon.resolve(file), PosixFilePermissions.fromString("rw-------"));
    }
    byte[] whole = Files.readAllBytes(lyon.resolve("keys.p12"));
    secret(lyon.resolve("keys.p12"), java.util.Arrays.copyOf(whole, whole.length / 2));
    refused("keys.p12", "damaged");
    Files.delete(lyon.resolve("keys.p12"));
    refused("keys.p12", "is missing");
  }

  @Test
  void anotherCurveIsRefused() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(384);
    KeyPair other = generator.generateKeyPair();
    store("other.p12", Map.of("member-ca", other.getPrivate()));
    say("member-ca: {pkcs12: other.p12, password-file: password}\n");
    refused("other.p12", "P-256");
  }

  @Test
  void mistakesInTheFileThatSaysWhereAreAllNamed() throws Exception {
    say("identity: {pkcs11: x.so, slot: 1, pin-file: p}\nmember-ca: {pkcs12: k.p12}\nroot: 1\n");
    refused("keystore.yaml", "only the member CA key", "password-file", "root");
    say("member-ca: {pkcs11: nowhere.so, slot: 1, pin-file: password}\n");
    refused("nowhere.so", "no PKCS#11 library");
    say("member-ca: {pkcs11: password, slot: 1, pin-file: password}\n");
    refused("password", "slot 1");
  }
}

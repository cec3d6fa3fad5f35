package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Provider;
import java.security.Security;
import java.security.cert.CRLReason;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A member CA key on a token of SoftHSM (Debian's softhsm2; {@code .ci/run} installs it): it is
 * made there, signs there, and has no encoding. In a process of its own, since the library reads
 * where its tokens are from the environment.
 */
@Tag("slow")
class TokenKeysTest {
  private static final String PIN = "738291";

  @TempDir Path directory;

  private static Optional<Path> library() throws Exception {
    for (String root : List.of("/usr/lib", "/usr/local/lib")) {
      if (Files.isDirectory(Path.of(root))) {
        try (Stream<Path> files = Files.walk(Path.of(root), 4)) {
          Optional<Path> found = files.filter(file -> file.endsWith("libsofthsm2.so")).findFirst();
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  @Test
  void keyOnATokenIssuesLeavesAndListsAndNeverLeavesIt() throws Exception {
    Optional<Path> library = library();
    if (library.isEmpty()) {
      System.out.println("!!! no SoftHSM (softhsm2): keys on tokens are NOT tested");
    }
    assumeTrue(library.isPresent(), "softhsm2 is not installed");
    Path tokens = Files.createDirectory(directory.resolve("tokens"));
    Path conf =
        Files.writeString(
            directory.resolve("softhsm2.conf"),
            "directories.tokendir = " + tokens + "\nobjectstore.backend = file\n");
    String said =
        run(
            conf,
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            "site",
            "--so-pin",
            "99999",
            "--pin",
            PIN);
    String slot = said.replaceAll("(?s).*reassigned to slot (\\d+).*", "$1").strip();
    assertThat(slot).as(said).containsOnlyDigits();
    assertThat(site(conf, library.get(), slot)).contains("all as it should be");
    Path pin = directory.resolve("lyon/pin");
    Files.writeString(pin, "000000\n");
    assertThat(site(conf, library.get(), slot))
        .as("in another process: within one, a login lasts")
        .contains("does not open the token in slot " + slot + " with the PIN in " + pin)
        .doesNotContain("000000");
    try (Stream<Path> files = Files.walk(directory.resolve("lyon"))) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .as("the key is in no file of ours")
          .doesNotContain("member-ca.key");
    }
  }

  private String site(Path conf, Path library, String slot) throws Exception {
    String said =
        run(
            conf,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Site.class.getName(),
            directory.toString(),
            library.toString(),
            slot);
    System.out.println(said);
    return said;
  }

  private static String run(Path conf, String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SOFTHSM2_CONF", conf.toString());
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }

  /** What runs in the process with the token. */
  static final class Site {
    private Site() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Path.of(arguments[0]);
      String library = arguments[1];
      String slot = arguments[2];
      Clock clock = Clock.systemUTC();
      Path keys = directory.resolve("lyon");
      if (Files.exists(keys)) {
        System.out.println(refusal(keys));
        return;
      }
      ParticipantKeys.create(keys);
      Files.delete(keys.resolve("member-ca.key"));
      secret(keys.resolve("pin"), PIN + "\n");
      generate(library, slot, clock);
      say(keys, library, slot, "member-ca");
      ParticipantKeys loaded = ParticipantKeys.load(keys);
      check(loaded.memberCaPrivateKey().getEncoded() == null, "the key has an encoding");
      OfflineCa ca =
          OfflineCa.create(
              directory.resolve("ca"),
              new AllianceName("Hearts"),
              TestAlliance.DOMAIN,
              Set.of(new Jurisdiction("eu")),
              CaLifetimes.DEFAULT,
              clock);
      ParticipantKeys hub = ParticipantKeys.create(directory.resolve("hub"));
      GenesisDraft draft =
          ca.draftGenesis(
              List.of(
                  MemberRequest.make(
                      MemberProfile.founder(
                          TestAlliance.LYON,
                          new Jurisdiction("eu"),
                          new Country("FR"),
                          Set.of(Role.AGENT)),
                      loaded,
                      clock),
                  MemberRequest.make(
                      new MemberProfile(
                          TestAlliance.HUB,
                          new Jurisdiction("eu"),
                          new Country("DE"),
                          new Country("DE"),
                          Set.of(Role.COORDINATOR),
                          "127.0.0.1:7443",
                          TestAlliance.LOG,
                          null),
                      hub,
                      clock)),
              TestAlliance.POLICY,
              0,
              clock);
      Genesis genesis = draft.addSignature(draft.sign(loaded)).seal();
      MemberChain chain = genesis.memberChain(TestAlliance.LYON).orElseThrow();
      TlsIdentity tls =
          new TlsIdentity(new LeafIssuer(loaded, chain, Role.AGENT, Duration.ofHours(1), clock));
      new AllianceTrustManager(() -> InForce.of(genesis), clock, refused -> {}, false)
          .checkClientTrusted(tls.currentChain().toArray(X509Certificate[]::new), "UNKNOWN");
      Crl crl =
          new OwnCrl(keys, loaded, chain, clock)
              .revoke(Optional.empty(), BigInteger.TEN, CRLReason.SUPERSEDED, Duration.ofDays(7));
      check(crl.number().equals(BigInteger.ONE), "no list");
      List<String> refused = new ArrayList<>();
      say(keys, library, slot, "nobody");
      refused.add(refusal(keys));
      say(keys, library, "7", "member-ca");
      refused.add(refusal(keys));
      check(refused.get(0).contains("no private key named"), refused.toString());
      check(refused.get(1).contains("slot 7"), refused.toString());
      say(keys, library, slot, "member-ca");
      System.out.println(refused);
      System.out.println("all as it should be");
    }

    private static String refusal(Path keys) {
      try {
        ParticipantKeys.load(keys);
        return "not refused";
      } catch (KeyFileException refused) {
        return String.valueOf(refused.getMessage());
      }
    }

    /** As an administrator does with keytool. */
    private static void generate(String library, String slot, Clock clock) throws Exception {
      Provider token =
          Security.getProvider("SunPKCS11")
              .configure("--name=admin\nlibrary=" + library + "\nslot=" + slot + "\n");
      Security.addProvider(token);
      KeyStore store = KeyStore.getInstance("PKCS11", token);
      store.load(null, PIN.toCharArray());
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", token);
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair made = generator.generateKeyPair();
      X509Certificate any =
          CaCertificates.root(new AllianceName("Any"), made, 1, Instant.now(clock));
      store.setKeyEntry("member-ca", made.getPrivate(), null, new Certificate[] {any});
      Security.removeProvider(token.getName());
    }

    private static void say(Path keys, String library, String slot, String entry) throws Exception {
      secret(
          keys.resolve(KeyPlaces.FILE),
          "member-ca: {pkcs11: %s, slot: %s, pin-file: pin, entry: %s}\n"
              .formatted(library, slot, entry));
    }

    private static void secret(Path file, String text) throws Exception {
      Files.writeString(file, text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static void check(boolean so, String otherwise) {
      if (!so) {
        throw new AssertionError(otherwise);
      }
    }
  }
}

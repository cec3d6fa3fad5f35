package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is done to a file, the parsers answer with their named refusal and nothing else. */
class ParserFuzzTest {
  private static final int SEEDS = 12;
  private static final int MUTANTS_PER_SEED = 60;

  @TempDir static Path directory;
  private static TestAlliance alliance;
  private static MemberRequest request;
  private static SignedRoster signed;
  private static RosterChain chain;

  @BeforeAll
  static void makeAlliance() {
    alliance = new TestAlliance(directory, Clock.systemUTC());
    request = alliance.joiner("basel", "ch", "CH");
    Roster first = alliance.genesis.roster();
    signed =
        alliance.signed(
            first.joined(request),
            first,
            TestAlliance.LYON,
            TestAlliance.BERLIN,
            TestAlliance.ZURICH);
    chain = RosterChain.of(alliance.genesis).append(signed);
  }

  @TestFactory
  Stream<DynamicTest> requests() {
    return fuzz(request.toBytes(), MemberRequest::parse, MalformedDocumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> rosters() {
    return fuzz(signed.roster().toBytes(), Roster::parse, MalformedDocumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> signedRosters() {
    return fuzz(signed.toBytes(), SignedRoster::parse, MalformedDocumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> rosterChains() {
    return fuzz(
        chain.toBytes(), file -> RosterChain.parse(alliance.genesis, file), CertsException.class);
  }

  @TestFactory
  Stream<DynamicTest> geneses() {
    return fuzz(alliance.genesis.toBytes(), Genesis::parse, InvalidGenesisException.class);
  }

  @TestFactory
  Stream<DynamicTest> invitations() {
    Invitation invitation =
        Invitation.make(
            alliance.genesis.digest(),
            TestAlliance.LYON,
            alliance.keys.get(TestAlliance.LYON),
            new MemberId("basel"),
            new Jurisdiction("ch"),
            java.time.Duration.ofDays(1),
            alliance.clock);
    return fuzz(invitation.toBytes(), Invitation::parse, MalformedDocumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> signatures() {
    MemberSignature signature = signed.signatures().get(0);
    assertThat(MemberSignature.parse(signature.toBytes())).isEqualTo(signature);
    return fuzz(signature.toBytes(), MemberSignature::parse, MalformedDocumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> memberChains() {
    return fuzz(
        alliance.chain(TestAlliance.LYON).toPem(),
        MemberChain::parsePem,
        MalformedDocumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> certificateRequests() {
    byte[] csr = Csr.make(alliance.keys.get(TestAlliance.LYON));
    return fuzz(csr, Csr::verify, IllegalArgumentException.class);
  }

  @TestFactory
  Stream<DynamicTest> certificates() {
    byte[] der = Certificates.der(alliance.chain(TestAlliance.LYON).memberCa());
    return fuzz(der, Certificates::parse, IllegalArgumentException.class);
  }

  private static Stream<DynamicTest> fuzz(
      byte[] valid, Consumer<byte[]> parser, Class<? extends RuntimeException> named) {
    parser.accept(valid);
    return Seeded.property(
        named.getSimpleName() + " only",
        SEEDS,
        random -> {
          for (int i = 0; i < MUTANTS_PER_SEED; i++) {
            requireNamed(Mutations.random(valid, random), parser, named);
            if (valid[0] == '{') {
              requireNamed(Mutations.randomValue(valid, random), parser, named);
            }
          }
          requireNamed(noise(random), parser, named);
        });
  }

  private static byte[] noise(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(200)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static void requireNamed(
      byte[] file, Consumer<byte[]> parser, Class<? extends RuntimeException> named) {
    try {
      parser.accept(file);
    } catch (RuntimeException e) {
      assertThat(e).isInstanceOf(named);
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}

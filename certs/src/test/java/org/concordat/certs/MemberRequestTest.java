package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.testkit.SettableClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class MemberRequestTest {
  @TempDir Path temp;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-11-21T10:00:00Z"));
  private ParticipantKeys keys;
  private MemberProfile profile;
  private MemberRequest request;

  @BeforeEach
  void makeRequest() {
    keys = ParticipantKeys.create(temp.resolve("hub"));
    profile =
        new MemberProfile(
            new MemberId("hub"),
            new Jurisdiction("eu"),
            new Country("DE"),
            new Country("FR"),
            Set.of(Role.COORDINATOR, Role.AUDITOR),
            "hub.example:7443",
            TestAlliance.LOG,
            "00112233445566778899aabbccddeeff");
    request = MemberRequest.make(profile, keys, clock);
  }

  @Test
  void fileHoldsEverything() {
    MemberRequest read = MemberRequest.parse(request.toBytes());
    assertThat(read.profile()).isEqualTo(profile);
    assertThat(read.identityKey()).isEqualTo(keys.identity());
    assertThat(read.memberCaKey()).isEqualTo(keys.memberCaPublicKey());
    assertThat(read.created()).isEqualTo(clock.instant());
    assertThat(read.digest()).isEqualTo(request.digest());
    assertThat(read.entry(TestAlliance.DOMAIN).dnsName()).isEqualTo("hub.eu.hearts.example");
  }

  @Test
  void replayHasTheSameDigestAndANewRequestAnother() {
    assertThat(MemberRequest.parse(request.toBytes()).digest()).isEqualTo(request.digest());
    clock.advance(Duration.ofSeconds(1));
    assertThat(MemberRequest.make(profile, keys, clock).digest()).isNotEqualTo(request.digest());
  }

  @Test
  void newlineAtTheEndIsNoChangeAndMoreIs() {
    assertThat(MemberRequest.parse(with("\n")).digest()).isEqualTo(request.digest());
    requireRefused(with("\n\n"), "canonical");
    requireRefused(with("{}"), "not JSON");
  }

  private byte[] with(String end) {
    String text = new String(request.toBytes(), StandardCharsets.UTF_8);
    return (text + end).getBytes(StandardCharsets.UTF_8);
  }

  @TestFactory
  Stream<DynamicTest> everyChangedFieldIsRefused() throws Exception {
    byte[] bytes = request.toBytes();
    return Mutations.leaves(Mutations.tree(bytes)).stream()
        .map(
            pointer ->
                DynamicTest.dynamicTest(
                    pointer,
                    () ->
                        assertThatThrownBy(
                                () -> MemberRequest.parse(Mutations.flip(bytes, pointer)))
                            .isInstanceOf(MalformedDocumentException.class)));
  }

  @TestFactory
  Stream<DynamicTest> everyMissingFieldIsRefused() throws Exception {
    ObjectNode tree = Mutations.tree(request.toBytes());
    return tree.properties().stream()
        .map(
            field ->
                DynamicTest.dynamicTest(
                    field.getKey(),
                    () ->
                        assertThatThrownBy(
                                () ->
                                    MemberRequest.parse(
                                        CanonicalJson.bytes(
                                            tree.deepCopy().without(field.getKey()))))
                            .isInstanceOf(MalformedDocumentException.class)));
  }

  @Test
  void unknownFieldIsRefusedByName() throws Exception {
    ObjectNode tree = Mutations.tree(request.toBytes()).put("admin", "yes");
    requireRefused(CanonicalJson.bytes(tree), "admin");
  }

  @Test
  void somebodyElsesMemberCaKeyIsRefused() throws Exception {
    // The CSR of another participant proves possession to nobody under this signature.
    ParticipantKeys other = ParticipantKeys.create(temp.resolve("other"));
    byte[] csr = Csr.make(other);
    csr[csr.length - 3] ^= 1;
    ObjectNode tree = Mutations.tree(request.toBytes());
    tree.put("csr", Base64.getEncoder().encodeToString(csr));
    requireRefused(resigned(tree), "CSR");
  }

  @Test
  void csrOfAnotherCurveIsRefused() throws Exception {
    java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("EC");
    generator.initialize(new java.security.spec.ECGenParameterSpec("secp384r1"));
    java.security.KeyPair pair = generator.generateKeyPair();
    byte[] csr =
        new org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder(
                new org.bouncycastle.asn1.x500.X500Name(new org.bouncycastle.asn1.x500.RDN[0]),
                pair.getPublic())
            .build(
                new org.bouncycastle.operator.jcajce.JcaContentSignerBuilder("SHA256withECDSA")
                    .build(pair.getPrivate()))
            .getEncoded();
    ObjectNode tree = Mutations.tree(request.toBytes());
    tree.put("csr", Base64.getEncoder().encodeToString(csr));
    requireRefused(resigned(tree), "P-256");
  }

  @Test
  void rolesOutOfOrderAreRefused() throws Exception {
    ObjectNode tree = Mutations.tree(request.toBytes());
    tree.putArray("roles").add("auditor").add("coordinator");
    requireRefused(resigned(tree), "roles");
  }

  @Test
  void longerThanTheLimitIsRefusedUnread() {
    requireRefused(new byte[CanonicalJson.MAX_BYTES + 1], "longer than");
  }

  private byte[] resigned(ObjectNode tree) {
    tree.remove("signature");
    Sha256 digest = Sha256.of(CanonicalJson.bytes(tree));
    byte[] signature = keys.sign(SignatureContext.MEMBER_REQUEST.over(digest));
    tree.put("signature", Base64.getEncoder().encodeToString(signature));
    return CanonicalJson.bytes(tree);
  }

  private static void requireRefused(byte[] file, String problem) {
    assertThatThrownBy(() -> MemberRequest.parse(file))
        .isInstanceOf(MalformedDocumentException.class)
        .hasMessageContaining(problem);
  }
}

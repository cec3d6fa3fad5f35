package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class EnvelopesTest {
  private final Map<String, byte[]> publicKeys = new TreeMap<>();
  private final Envelopes boston = participant("hearts", "boston");
  private final Envelopes zurich = participant("hearts", "zurich");

  private Envelopes participant(String alliance, String id) {
    byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
    new SecureRandom().nextBytes(secret);
    byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(secret, 0, publicKey, 0);
    publicKeys.put(id, publicKey);
    return new Envelopes(
        alliance,
        id,
        message -> {
          byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
          Ed25519.sign(secret, 0, message, 0, message.length, signature, 0);
          return signature;
        },
        (sender, message, signature) ->
            publicKeys.containsKey(sender)
                && signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(
                    signature, 0, publicKeys.get(sender), 0, message, 0, message.length),
        0);
  }

  @Test
  void whatIsSealedOpensAsItWas() throws Exception {
    Envelopes.Opened opened = zurich.open(boston.seal("secagg.reveal", 7, 2, new byte[] {1, 2}));
    assertThat(opened.sender()).isEqualTo("boston");
    assertThat(opened.type()).isEqualTo("secagg.reveal");
    assertThat(opened.round()).isEqualTo(7);
    assertThat(opened.attempt()).isEqualTo(2);
    assertThat(opened.payload()).containsExactly(1, 2);
  }

  @Test
  void sequencesIncrease() throws Exception {
    long first = zurich.open(boston.seal("a", 0, 0, new byte[0])).sequence();
    assertThat(zurich.open(boston.seal("a", 0, 0, new byte[0])).sequence()).isGreaterThan(first);
  }

  @Test
  void anotherAllianceVersionOrSenderIsRefusedByName() throws Exception {
    assertThatThrownBy(
            () -> boston.open(participant("banks", "boston").seal("a", 0, 0, new byte[0])))
        .isInstanceOf(Envelopes.BadEnvelope.class)
        .hasMessageContaining("'banks'");
    SignedEnvelope sealed = SignedEnvelope.parseFrom(boston.seal("a", 0, 0, new byte[0]));
    Envelope newer = Envelope.parseFrom(sealed.getEnvelope()).toBuilder().setVersion(2).build();
    assertThatThrownBy(
            () ->
                zurich.open(
                    sealed.toBuilder().setEnvelope(newer.toByteString()).build().toByteArray()))
        .hasMessageContaining("version 2");
    Envelope posing =
        Envelope.parseFrom(sealed.getEnvelope()).toBuilder().setSender("zurich").build();
    assertThatThrownBy(
            () ->
                zurich.open(
                    sealed.toBuilder().setEnvelope(posing.toByteString()).build().toByteArray()))
        .hasMessageContaining("'zurich'")
        .hasMessageContaining("does not verify");
    Envelope nobody =
        Envelope.parseFrom(sealed.getEnvelope()).toBuilder()
            .setSender("no\nbody".repeat(50))
            .build();
    assertThatThrownBy(
            () ->
                zurich.open(
                    sealed.toBuilder().setEnvelope(nobody.toByteString()).build().toByteArray()))
        .satisfies(
            refusal -> assertThat(refusal.getMessage()).doesNotContain("\n").hasSizeLessThan(300));
  }

  @TestFactory
  Stream<DynamicTest> noFlippedByteGoesUnnoticed() {
    byte[] sealed = boston.seal("secagg.reveal", 7, 2, new byte[] {1, 2, 3});
    return Seeded.property(
        "one flipped bit",
        200,
        random -> {
          byte[] flipped = sealed.clone();
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
          assertThatThrownBy(() -> requireSameMeaning(sealed, flipped))
              .isInstanceOf(Envelopes.BadEnvelope.class);
        });
  }

  /**
   * A flip in protobuf's own framing may leave the same envelope bytes: then nothing was altered.
   */
  private void requireSameMeaning(byte[] before, byte[] after) throws Envelopes.BadEnvelope {
    zurich.open(after);
    try {
      SignedEnvelope a = SignedEnvelope.parseFrom(before);
      SignedEnvelope b = SignedEnvelope.parseFrom(after);
      if (a.getEnvelope().equals(b.getEnvelope()) && a.getSignature().equals(b.getSignature())) {
        throw new Envelopes.BadEnvelope("nothing was altered");
      }
    } catch (InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
  }

  @TestFactory
  Stream<DynamicTest> noBytesEscapeTheNamedRefusal() {
    return Seeded.property(
        "random bytes",
        300,
        random -> {
          byte[] babble = new byte[random.nextInt(300)];
          random.nextBytes(babble);
          assertThatThrownBy(() -> boston.open(babble)).isInstanceOf(Envelopes.BadEnvelope.class);
          byte[] inner =
              SignedEnvelope.newBuilder()
                  .setEnvelope(ByteString.copyFrom(babble))
                  .build()
                  .toByteArray();
          assertThatThrownBy(() -> boston.open(inner)).isInstanceOf(Envelopes.BadEnvelope.class);
        });
  }

  /** What is added around a signature, or encoded otherwise, is no statement of the signer's. */
  @Test
  void anEnvelopeHasOneEncoding() throws Exception {
    byte[] sealed = boston.seal("secagg.reveal", 7, 2, new byte[] {1, 2});
    SignedEnvelope signed = SignedEnvelope.parseFrom(sealed);
    byte[] withAnUnknownField = Arrays.copyOf(sealed, sealed.length + 2);
    withAnUnknownField[sealed.length] = 0x78; // field 15, a varint
    withAnUnknownField[sealed.length + 1] = 1;
    byte[] otherOrder =
        ByteString.copyFrom(signed.toBuilder().clearEnvelope().build().toByteArray())
            .concat(ByteString.copyFrom(signed.toBuilder().clearSignature().build().toByteArray()))
            .toByteArray();
    assertThat(SignedEnvelope.parseFrom(otherOrder)).isEqualTo(signed);
    for (byte[] other : new byte[][] {withAnUnknownField, otherOrder}) {
      assertThatThrownBy(() -> zurich.open(other))
          .isInstanceOf(Envelopes.BadEnvelope.class)
          .hasMessageContaining("do not belong to it");
    }
  }
}

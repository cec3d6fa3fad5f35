package org.concordat.secureagg.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.bouncycastle.crypto.digests.SHAKEDigest;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.concordat.secureagg.Bytes;
import org.junit.jupiter.api.Test;

/** One published vector per primitive, through the same calls as the protocol's. */
class VectorsTest {
  private static final HexFormat HEX = HexFormat.of();

  private static byte[] hex(String text) {
    return HEX.parseHex(text);
  }

  private static EpochKeyPair pair(String scalar, byte[] seed) {
    byte[] encoded = Arrays.copyOf(hex(scalar), EpochKeyPair.ENCODED_BYTES);
    System.arraycopy(seed, 0, encoded, 32, 64);
    return EpochKeyPair.decode(encoded);
  }

  @Test
  void rfc7748Section61() throws Exception {
    EpochKeyPair alice =
        pair("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a", new byte[64]);
    EpochKeyPair bob =
        pair("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb", new byte[64]);
    assertThat(HEX.formatHex(alice.x25519Public().toArray()))
        .isEqualTo("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    assertThat(HEX.formatHex(bob.x25519Public().toArray()))
        .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    String shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
    assertThat(HEX.formatHex(alice.agree(bob.x25519Public()))).isEqualTo(shared);
    assertThat(HEX.formatHex(bob.agree(alice.x25519Public()))).isEqualTo(shared);
  }

  @Test
  void rfc5869CaseOne() {
    byte[] prk = Hkdf.extract(hex("000102030405060708090a0b0c"), hex("0b".repeat(22)));
    assertThat(HEX.formatHex(prk))
        .isEqualTo("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    assertThat(HEX.formatHex(Hkdf.expand(prk, hex("f0f1f2f3f4f5f6f7f8f9"), 42)))
        .isEqualTo(
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  }

  /** RFC 8032 section 7.1, test 3, by the library and call that envelopes are signed with. */
  @Test
  void rfc8032TestThree() {
    Ed25519PrivateKeyParameters key =
        new Ed25519PrivateKeyParameters(
            hex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"));
    byte[] message = hex("af82");
    byte[] signature = new byte[64];
    key.sign(Ed25519.Algorithm.Ed25519, null, message, 0, 2, signature, 0);
    assertThat(HEX.formatHex(key.generatePublicKey().getEncoded()))
        .isEqualTo("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
    assertThat(HEX.formatHex(signature))
        .isEqualTo(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
    assertThat(
            key.generatePublicKey()
                .verify(Ed25519.Algorithm.Ed25519, null, message, 0, 2, signature, 0))
        .isTrue();
  }

  /** SP 800-38D, McGrew and Viega test cases 13 and 14: zero key, zero nonce. */
  @Test
  void gcmWithTheZeroNonce() throws Exception {
    byte[] key = new byte[32];
    byte[] none = new byte[0];
    assertThat(HEX.formatHex(Aead.seal(key, none, none)))
        .isEqualTo("530f8afbc74536b9a963b4f1c4cb738b");
    String sealed = "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919";
    assertThat(HEX.formatHex(Aead.seal(key, new byte[16], none))).isEqualTo(sealed);
    assertThat(Aead.open(key, hex(sealed), none)).isEqualTo(new byte[16]);
  }

  /** The same cipher call with nonce and associated data: test case 16. */
  @Test
  void gcmWithAssociatedData() throws Exception {
    byte[] sealed =
        Aead.cipher(
                javax.crypto.Cipher.ENCRYPT_MODE,
                hex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"),
                hex("cafebabefacedbaddecaf888"),
                hex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
            .doFinal(
                hex(
                    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                        + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"));
    assertThat(HEX.formatHex(sealed))
        .isEqualTo(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b");
  }

  @Test
  void anAlteredBoxDoesNotOpen() {
    byte[] sealed = Aead.seal(new byte[32], new byte[5], new byte[1]);
    sealed[2] ^= 1;
    assertThatThrownBy(() -> Aead.open(new byte[32], sealed, new byte[1]))
        .isInstanceOf(BadCiphertextException.class);
    sealed[2] ^= 1;
    assertThatThrownBy(() -> Aead.open(new byte[32], sealed, new byte[2]))
        .isInstanceOf(BadCiphertextException.class);
    assertThatThrownBy(() -> Aead.open(new byte[32], new byte[3], new byte[1]))
        .isInstanceOf(BadCiphertextException.class);
  }

  /**
   * NIST ACVP, ML-KEM-keyGen-FIPS203, ML-KEM-768, tcId 26: d and z in, the encapsulation key (here
   * its SHA-256) out.
   */
  @Test
  void acvpMlKem768KeyGeneration() {
    String d = "e34a701c4c87582f42264ee422d3c684d97611f2523efe0c998af05056d693dc";
    String z = "a85768f3486bd32a01bf9a8f21ea938e648eae4e5448c34c3eb88820b159eedd";
    byte[] key = pair("00".repeat(32), hex(d + z)).mlKemPublic().toArray();
    assertThat(key).hasSize(1184).startsWith(hex("6d14a071f7cc452558d5e71a7b087062"));
    assertThat(Bytes.of(key).sha256().hex())
        .isEqualTo("7799c9d8eef172aa78c073514f2f039c240de8c5cb61bca82ba0bc46041ce279");
  }

  /**
   * NIST ACVP, ML-KEM-encapDecap-FIPS203, ML-KEM-768, tcId 26: the published key and m in, k and c
   * (here its SHA-256) out.
   */
  @Test
  void acvpMlKem768Encapsulation() throws Exception {
    String text;
    try (InputStream in =
        VectorsTest.class.getResourceAsStream("/vectors/ml-kem-768-encapsulation-key.hex")) {
      text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
    }
    Bytes key = Bytes.of(hex(text.replaceAll("\\s", "")));
    byte[] m = hex("6703e626702e99f0990b4d191dde3374a629e75ab3a45044e681ff553f22ff80");
    EpochKeyPair.Encapsulated both = EpochKeyPair.encapsulate(key, fixed(m));
    assertThat(HEX.formatHex(both.secret().toArray()))
        .isEqualTo("1c3e20c191cb5cc748c4a1162827413ecc0bd4380a2c486e87a7a0246a59c0e8");
    assertThat(both.ciphertext().sha256().hex())
        .isEqualTo("ef5a3f816e9179fce6fff47658184de8edf701b98b9ef8aaccf5ca06b32698c0");
  }

  /**
   * C2SP CCTV accumulated vectors for FIPS 203, the first 100 of ML-KEM-768 (the hash is also that
   * of Go's crypto/mlkem): key generation, encapsulation, both kinds of decapsulation.
   */
  @Test
  void accumulatedVectors() throws Exception {
    SHAKEDigest source = new SHAKEDigest(128);
    SHAKEDigest digest = new SHAKEDigest(128);
    for (int i = 0; i < 100; i++) {
      EpochKeyPair pair = pair("00".repeat(32), squeeze(source, 64));
      byte[] message = squeeze(source, 32);
      byte[] invalid = squeeze(source, EpochKeyPair.CIPHERTEXT_BYTES);
      EpochKeyPair.Encapsulated sent = EpochKeyPair.encapsulate(pair.mlKemPublic(), fixed(message));
      assertThat(pair.decapsulate(sent.ciphertext())).isEqualTo(sent.secret().toArray());
      absorb(digest, pair.mlKemPublic().toArray());
      absorb(digest, sent.ciphertext().toArray());
      absorb(digest, sent.secret().toArray());
      absorb(digest, pair.decapsulate(Bytes.of(invalid)));
    }
    assertThat(HEX.formatHex(squeeze(digest, 32)))
        .isEqualTo("1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415");
  }

  @Test
  void keysThatNobodyMakesAreRefused() {
    EpochKeyPair pair = pair("11".repeat(32), new byte[64]);
    assertThatThrownBy(() -> pair.agree(Bytes.of(new byte[32])))
        .isInstanceOf(BadKeyException.class);
    byte[] unreduced = pair.mlKemPublic().toArray();
    unreduced[0] = (byte) 0xff;
    unreduced[1] |= 0x0f;
    assertThatThrownBy(() -> EpochKeyPair.checkMlKemPublic(Bytes.of(unreduced)))
        .isInstanceOf(BadKeyException.class);
    assertThatThrownBy(() -> EpochKeyPair.encapsulate(Bytes.of(new byte[3]), new SecureRandom()))
        .isInstanceOf(BadKeyException.class);
    assertThatThrownBy(() -> pair.decapsulate(Bytes.of(new byte[3])))
        .isInstanceOf(BadKeyException.class);
  }

  private static byte[] squeeze(SHAKEDigest shake, int length) {
    byte[] out = new byte[length];
    shake.doOutput(out, 0, length);
    return out;
  }

  private static void absorb(SHAKEDigest shake, byte[] bytes) {
    shake.update(bytes, 0, bytes.length);
  }

  private static SecureRandom fixed(byte[] bytes) {
    return new SecureRandom() {
      private static final long serialVersionUID = 1L;

      @Override
      public void nextBytes(byte[] out) {
        System.arraycopy(bytes, 0, out, 0, out.length);
      }
    };
  }
}

package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.concordat.secureagg.Bytes;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MaskStreamTest {
  private static final HexFormat HEX = HexFormat.of();

  @Test
  void sp80038aF55() throws Exception {
    Cipher ctr = Cipher.getInstance(MaskStream.TRANSFORMATION);
    ctr.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(
            HEX.parseHex("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
            "AES"),
        new IvParameterSpec(HEX.parseHex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")));
    byte[] plain = HEX.parseHex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    assertThat(HEX.formatHex(ctr.update(plain)))
        .isEqualTo("601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5");
  }

  /**
   * With a zero key the blocks 0, 1, 2 are H, E(J0) and E(J0 + 1) of SP 800-38D test cases 13 and
   * 14.
   */
  @Test
  void firstBlocksUnderTheZeroKey() {
    int[] words = new int[12];
    new MaskStream(Bytes.of(new byte[32])).apply(words, 0, 12, 0, true);
    assertThat(HEX.formatHex(Ring.toBytes(words)))
        .isEqualTo(
            "dc95c078a2408989ad48a21492842087"
                + "530f8afbc74536b9a963b4f1c4cb738b"
                + "cea7403d4d606b6e074ec5d3baf39d18");
  }

  @TestFactory
  Stream<DynamicTest> seekingEqualsStreaming() {
    return Seeded.property(
        "seek == stream",
        20,
        random -> {
          byte[] key = new byte[32];
          random.nextBytes(key);
          MaskStream stream = new MaskStream(Bytes.of(key));
          int[] whole = new int[60_000];
          stream.apply(whole, 0, whole.length, 0, true);
          int from = random.nextInt(whole.length);
          int count = random.nextInt(whole.length - from + 1);
          int[] part = new int[count + 7];
          stream.apply(part, 7, count, from, true);
          assertThat(Arrays.copyOfRange(part, 7, 7 + count))
              .isEqualTo(Arrays.copyOfRange(whole, from, from + count));
          stream.apply(part, 7, count, from, false);
          assertThat(part).containsOnly(0);
        });
  }

  @Test
  void seeksBeyondTwoToTheThirtyOneElements() {
    MaskStream stream = new MaskStream(Bytes.of(new byte[32]));
    long far = (1L << 33) + 3;
    int[] one = new int[5];
    int[] two = new int[8];
    stream.apply(one, 0, 5, far, true);
    stream.apply(two, 0, 8, far - 3, true);
    assertThat(one).isEqualTo(Arrays.copyOfRange(two, 3, 8));
  }

  @Test
  void bytesGoOnWhereWordsEndedAndWordsWhereBytesDid() {
    int n = 3 * MaskStream.WORDS;
    int[] whole = new int[2 * n + 10];
    new MaskStream(Bytes.of(new byte[32])).apply(whole, 0, whole.length, 0, true);
    byte[] all = Ring.toBytes(whole);
    MaskStream stream = new MaskStream(Bytes.of(new byte[32]));
    byte[] first = new byte[4 * n];
    stream.nextBytes(first);
    assertThat(first).isEqualTo(Arrays.copyOf(all, 4 * n));
    int[] seven = new int[7];
    stream.apply(seven, 0, 7, n, true);
    assertThat(seven).isEqualTo(Arrays.copyOfRange(whole, n, n + 7));
    byte[] more = new byte[8];
    stream.nextBytes(more);
    assertThat(more).isEqualTo(Arrays.copyOfRange(all, 4 * (n + 7), 4 * (n + 9)));
    int[] again = new int[5];
    stream.apply(again, 0, 5, 2, true);
    assertThat(again).isEqualTo(Arrays.copyOfRange(whole, 2, 7));
  }

  @Test
  void twoStreamsAtOnceAreOneAfterTheOther() {
    MaskStream one = new MaskStream(Bytes.of(new byte[32]));
    byte[] key = new byte[32];
    key[5] = 9;
    MaskStream two = new MaskStream(Bytes.of(key));
    byte[][] buffers = {MaskStream.newBuffer(), MaskStream.newBuffer()};
    for (boolean add : new boolean[] {true, false}) {
      for (long element : new long[] {0, 3, 4093}) {
        int[] expected = new int[MaskStream.WORDS + 2];
        int[] words = expected.clone();
        one.apply(expected, 1, MaskStream.WORDS, element, add);
        two.apply(expected, 1, MaskStream.WORDS, element, add);
        MaskStream.applyTwo(one, two, words, 1, MaskStream.WORDS, element, add, buffers);
        assertThat(words).isEqualTo(expected);
      }
    }
  }
}

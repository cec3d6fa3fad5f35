package org.concordat.secureagg.blame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.RoundEvidence;
import org.concordat.secureagg.message.TwoStatements;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Evidence comes from others: read back as written, or refused. */
class EvidenceFileTest {
  private static final Digest ROSTER = Digest.sha256(new byte[] {1});

  private static EvidenceFile sample(RandomGenerator random) {
    RoundEvidence round =
        new RoundEvidence(
            1 + random.nextInt(9),
            bytes(random),
            bytes(random),
            random.nextInt(256),
            bytes(random),
            bytes(random),
            bytes(random),
            new TreeMap<>(Map.of(0, bytes(random), 7, bytes(random), 255, bytes(random))),
            List.of(bytes(random), bytes(random)));
    return new EvidenceFile(
        List.of(
            new EvidenceFile.Item(ROSTER, round),
            new EvidenceFile.Item(ROSTER, new TwoStatements(2, bytes(random), bytes(random))),
            new EvidenceFile.Item(
                Digest.NONE, new Dispute(3, bytes(random), List.of(bytes(random))))));
  }

  private static Bytes bytes(RandomGenerator random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  @TestFactory
  Stream<DynamicTest> damagedFilesAreRefusedOrCanonical() {
    return Seeded.property(
        "damaged evidence",
        200,
        random -> {
          EvidenceFile file = sample(random);
          byte[] bytes = file.encode();
          assertThat(EvidenceFile.decode(bytes)).isEqualTo(file);
          byte[] damaged =
              random.nextBoolean()
                  ? Arrays.copyOf(bytes, random.nextInt(bytes.length))
                  : bytes.clone();
          if (damaged.length > 0) {
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
          }
          try {
            assertThat(EvidenceFile.decode(damaged).encode()).isEqualTo(damaged);
          } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void nothingElseIsEvidence() {
    assertThat(EvidenceFile.decode(new EvidenceFile(List.of()).encode()).items()).isEmpty();
    assertThatThrownBy(() -> EvidenceFile.decode(new byte[0]))
        .isInstanceOf(MalformedMessageException.class);
    byte[] other = new TwoStatements(2, Bytes.EMPTY, Bytes.EMPTY).encode();
    assertThatThrownBy(() -> EvidenceFile.decode(other))
        .isInstanceOf(MalformedMessageException.class);
  }
}

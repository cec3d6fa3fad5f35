package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path directory;
  private LogSigner signer;
  private String note;

  @BeforeEach
  void sign() {
    signer = Samples.signer(directory);
    note = new Checkpoint(Samples.NAME, 20852163, Rfc6962Test.ROOTS.get(3)).signed(signer);
  }

  @Test
  void theFormIsThatOfTlogCheckpoint() {
    String[] lines = note.split("\n", -1);
    assertThat(lines).hasSize(6);
    assertThat(lines[0]).isEqualTo("log.alliance.example/main");
    assertThat(lines[1]).isEqualTo("20852163");
    assertThat(lines[2]).isEqualTo("rra8/idLcKFPsGel5VeCZNsPqbUa9eC6FZFY8yngbnc=");
    assertThat(lines[3]).isEmpty();
    assertThat(lines[4]).startsWith("\u2014 log.alliance.example/main ");
    assertThat(open(note).size()).isEqualTo(20852163);
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] bytes = note.getBytes(StandardCharsets.UTF_8);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThatThrownBy(() -> Checkpoint.open(flipped, signer.vkey()))
          .as("bit %d", bit)
          .isInstanceOfAny(MalformedNoteException.class, SignatureRefusedException.class);
    }
  }

  @Test
  void everyCutIsRefused() {
    for (int length = 0; length < note.length(); length++) {
      String cut = note.substring(0, length);
      assertThatThrownBy(() -> open(cut)).isInstanceOf(AuditLogException.class);
    }
  }

  @Test
  void otherFormsAreRefused() {
    String[] others = {
      note + "\n",
      note + note.substring(note.indexOf('\u2014')),
      note.replace("20852163\n", "020852163\n"),
      note.replace("20852163\n", "20852163\nextension\n"),
      note.replace("\n\n", "\n\n\n"),
      note.replace("\n", "\r\n"),
      "x".repeat(5000)
    };
    for (String other : others) {
      assertThatThrownBy(() -> open(other)).isInstanceOf(AuditLogException.class);
    }
  }

  @Test
  void anotherKeyOfTheSameNameIsRefused() {
    LogSigner other = LogSigner.create(directory.resolve("other.key"), Samples.NAME);
    assertThatThrownBy(() -> Checkpoint.open(note.getBytes(StandardCharsets.UTF_8), other.vkey()))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("another key of this name");
  }

  @Test
  void anotherOriginIsRefusedThoughSigned() {
    String foreign = new Checkpoint("log.other.example", 1, Rfc6962.EMPTY_ROOT).signed(signer);
    assertThatThrownBy(() -> open(foreign))
        .isInstanceOf(SignatureRefusedException.class)
        .hasMessageContaining("log.other.example");
  }

  @TestFactory
  Stream<DynamicTest> rubbishIsRefusedByName() {
    return Seeded.property(
        "mutated notes",
        200,
        random -> {
          byte[] bytes = Mutation.of(note.getBytes(StandardCharsets.UTF_8), random);
          try {
            assertThat(Checkpoint.open(bytes, signer.vkey()).signed(signer)).isEqualTo(note);
          } catch (AuditLogException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
          }
        });
  }

  private Checkpoint open(String text) {
    return Checkpoint.open(text.getBytes(StandardCharsets.UTF_8), signer.vkey());
  }
}

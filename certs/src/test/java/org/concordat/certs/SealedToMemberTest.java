package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is sealed to an identity key opens with it alone. */
class SealedToMemberTest {
  private static final byte[] SECRET = {1, 2, 3};
  private static final byte[] ABOUT = {9};

  @TempDir Path temp;

  @RepeatedTest(20)
  void onlyTheMemberOpensIt() {
    ParticipantKeys zurich = ParticipantKeys.create(temp.resolve("zurich"));
    ParticipantKeys lyon = ParticipantKeys.create(temp.resolve("lyon"));
    SealedToMember sealed = SealedToMember.seal(zurich.identity(), "a", ABOUT, SECRET);
    assertThat(zurich.open(sealed, "a", ABOUT)).isEqualTo(SECRET);
    assertThatThrownBy(() -> lyon.open(sealed, "a", ABOUT))
        .isInstanceOf(SealRefusedException.class);
    assertThatThrownBy(() -> zurich.open(sealed, "b", ABOUT))
        .isInstanceOf(SealRefusedException.class);
    assertThatThrownBy(() -> zurich.open(sealed, "a", new byte[] {8}))
        .isInstanceOf(SealRefusedException.class);
    sealed.sealed()[0] ^= 1;
    assertThatThrownBy(() -> zurich.open(sealed, "a", ABOUT))
        .isInstanceOf(SealRefusedException.class);
    assertThatThrownBy(
            () -> zurich.open(new SealedToMember(new byte[32], sealed.sealed()), "a", ABOUT))
        .as("a point of small order")
        .isInstanceOf(SealRefusedException.class);
  }

  @Test
  void aSealKeyIsItsOwnersAndStays() throws Exception {
    Path file = temp.resolve("models.key");
    byte[] key = SealKey.loadOrCreate(file, Optional::empty).bytes();
    assertThat(key).hasSize(32);
    assertThat(SealKey.loadOrCreate(file, Optional::empty).bytes()).isEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> SealKey.loadOrCreate(file, Optional::empty))
        .isInstanceOf(KeyFileException.class);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file, "ab");
    assertThatThrownBy(() -> SealKey.loadOrCreate(file, Optional::empty))
        .hasMessageContaining("no key of 32");
  }

  @Test
  void aSealKeyThatWasLostIsNotReplaced() throws Exception {
    Path file = temp.resolve("models.key");
    Path sealed = temp.resolve("model");
    assertThatThrownBy(() -> SealKey.loadOrCreate(file, () -> Optional.of(sealed)))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(sealed + " was sealed under it; restore it from your copy");
    assertThat(file).doesNotExist();
    byte[] key = SealKey.loadOrCreate(file, Optional::empty).bytes();
    assertThat(SealKey.loadOrCreate(file, () -> Optional.of(sealed)).bytes()).isEqualTo(key);
  }

  @Test
  void aSealKeyWhoseMakingWasCutOffIsMadeAgain() throws Exception {
    Path file = temp.resolve("models.key");
    Path half = Files.writeString(temp.resolve("models.key.tmp"), "ab");
    assertThat(SealKey.loadOrCreate(file, Optional::empty).bytes()).hasSize(32);
    assertThat(half).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }
}

package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstStoreTest {
  @TempDir Path home;

  @Test
  void isPrivateRandomAndKept() throws Exception {
    FirstStore.found(home);
    Path file = home.resolve(FirstStore.FILE);
    String first = Files.readString(file);
    assertThat(first).matches("[0-9a-f]{32}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
        .isEqualTo("rwx------");
    FirstStore.found(home);
    assertThat(Files.readString(file)).as("a run that was stopped goes on").isEqualTo(first);
    Files.writeString(file, first.substring(0, 9));
    FirstStore.found(home);
    assertThat(Files.readString(file)).matches("[0-9a-f]{32}\n").isNotEqualTo(first);
  }

  @Test
  void aStoreThatIsThereIsNotTheFirst() throws Exception {
    Files.createDirectories(
        home.resolve("state"),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(home.resolve("state/concordat.db"), "rows");
    assertThatThrownBy(() -> FirstStore.found(home))
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("holds a store already");
    assertThat(home.resolve(FirstStore.FILE)).doesNotExist();
  }

  /** A copy of the keys never makes a first store again: it would ask nobody. */
  @Test
  void keysThatWerePutBackMakeNoFirstStore() throws Exception {
    Path other = home.resolve("another-home");
    FirstStore.found(home);
    Files.createDirectories(other.resolve("keys"));
    Files.copy(home.resolve(FirstStore.FOUNDED), other.resolve(FirstStore.FOUNDED));
    FirstStore.found(other);
    assertThat(other.resolve(FirstStore.FILE)).doesNotExist();
  }
}

package org.concordat.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {
  @TempDir Path temp;

  private Path directory(String name, boolean locked) throws IOException {
    Path made = Files.createDirectories(temp.resolve(name).resolve("zurich")).getParent();
    Files.writeString(made.resolve("zurich/agent.yaml"), "name: zurich\n");
    if (locked) {
      Files.createFile(made.resolve(".demo-lock"));
    }
    return made;
  }

  @Test
  void whatAKilledDemoLeftIsRemovedAndNothingElse() throws IOException {
    Path killed = directory("concordat-demo-1", true);
    Path unknown = directory("concordat-demo-2", false);
    Path other = directory("hospitals", true);
    Path living = TemporaryDirectory.make();
    try {
      TemporaryDirectory.removeAbandoned(temp);
      TemporaryDirectory.removeAbandoned(living.getParent());
      assertThat(killed).doesNotExist();
      assertThat(unknown.resolve("zurich/agent.yaml")).exists();
      assertThat(other.resolve("zurich/agent.yaml")).exists();
      assertThat(living).exists();
    } finally {
      TemporaryDirectory.remove(living);
    }
    assertThat(living).doesNotExist();
  }
}

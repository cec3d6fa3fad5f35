package org.concordat.agent.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders for the demo. */
class SiteFolderTest {
  @TempDir Path directory;
  private Path known;
  private Path folder;

  @BeforeEach
  void folder() throws IOException {
    folder = Files.createDirectory(directory.resolve("folder"));
    known = directory.resolve("known.yaml");
    Files.writeString(
        known,
        """
        folders:
          - name: abc
            job: abc-job.yaml
            files:
              - {name: abc.csv, sha256: ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad}
            sites:
              - {site: here, data-set: abc.yaml}
        """);
  }

  @Test
  void isRecognisedByItsFilesDigests() throws IOException {
    Files.writeString(folder.resolve("abc.csv"), "abc");
    SiteFolder found = SiteFolder.of(folder, known);
    assertThat(found.name()).isEqualTo("abc");
    assertThat(found.job()).isEqualTo(directory.resolve("abc-job.yaml"));
    assertThat(found.sites())
        .containsExactly(new SiteFolder.Site("here", directory.resolve("abc.yaml"), folder));
  }

  @Test
  void aChangedFileIsNotKnown() throws IOException {
    Files.writeString(folder.resolve("abc.csv"), "abd");
    assertThatThrownBy(() -> SiteFolder.of(folder, known))
        .isInstanceOf(SiteFolder.UnknownFolderException.class)
        .hasMessageContaining("abc.csv is missing or changed");
  }

  @Test
  void itsOwnDescriptionGoesFirst() throws IOException {
    Files.writeString(folder.resolve("abc.csv"), "abc");
    Files.writeString(
        folder.resolve("sites.yaml"),
        "name: mine\njob: j.yaml\nsites: [{site: a, data-set: a.yaml, data-root: rows}]\n");
    SiteFolder found = SiteFolder.of(folder, known);
    assertThat(found.name()).isEqualTo("mine");
    assertThat(found.sites())
        .containsExactly(
            new SiteFolder.Site("a", folder.resolve("a.yaml"), folder.resolve("rows")));
  }

  @Test
  void itsMistakesAreToldAtOnce() throws IOException {
    Files.writeString(
        folder.resolve("sites.yaml"),
        "job: j.yaml\nsites:\n  - {site: a, data-set: a.yaml, data-root: .}\n  - {site: a, data-set: b.yaml, data-root: ., x: 1}\n");
    assertThatThrownBy(() -> SiteFolder.of(folder, known))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("'name' is missing")
        .hasMessageContaining(":4: site 'a' is listed twice")
        .hasMessageContaining("unknown key 'sites[1].x'");
  }
}

package org.concordat.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an export writes what the log names: a coordinator that lies wrote the log. */
class MemberExportFileTest {
  @Test
  void aModelLiesUnderItsJobAndVersion() {
    assertThat(MemberExport.file("breast-cancer", 12)).contains("models/breast-cancer-12.bin");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../../x", "/etc/x", "..", ".", "a/b", "a/../b", "A", "c:x", "a.b", "-", ""})
  void aNameThatIsNoJobsHasNoFile(String job) {
    assertThat(MemberExport.file(job, 1)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 100_001, 1L << 31, Long.MAX_VALUE})
  void aVersionThatIsNoneHasNoFile(long version) {
    assertThat(MemberExport.file("heart", version)).isEmpty();
  }
}

package org.concordat.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.concordat.secureagg.Digest;
import org.junit.jupiter.api.Test;

class DownloadsTest {
  private final Downloads downloads = new Downloads();

  private static Digest digest(int number) {
    return Digest.sha256(ByteBuffer.allocate(4).putInt(number).array());
  }

  @Test
  void aMemberMayFetchWhatItWasToldOfAndNothingElse() {
    downloads.told("lyon", digest(1));
    assertThat(downloads.may("lyon", digest(1))).isTrue();
    assertThat(downloads.may("lyon", digest(2))).isFalse();
    assertThat(downloads.may("berlin", digest(1))).isFalse();
  }

  @Test
  void onlyTheNewestAreRemembered() {
    for (int i = 0; i <= 1024; i++) {
      downloads.told("lyon", digest(i));
    }
    assertThat(downloads.may("lyon", digest(0))).isFalse();
    assertThat(downloads.may("lyon", digest(1))).isTrue();
    assertThat(downloads.may("lyon", digest(1024))).isTrue();
  }
}

package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LimitTest {
  private static final Path PAGE = Path.of("..", "docs", "limits.md");
  private static final String BEGIN = "<!-- limits: generated -->\n";
  private static final String END = "<!-- end -->";

  /** Made anew with {@code -Dtest.jvm.args=-Dlimits.write=true}. */
  @Test
  void thePageIsMadeFromTheTable() throws IOException {
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int until = page.indexOf(END, from);
    if (Boolean.getBoolean("limits.write")) {
      Files.writeString(PAGE, page.substring(0, from) + table() + page.substring(until));
      return;
    }
    assertThat(page.substring(from, until)).isEqualTo(table());
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| `limits` | usual | least | most | beyond it |\n");
    table.append("|---|---|---|---|---|\n");
    for (Limit limit : Limit.values()) {
      table.append(
          "| `%s` | %s | %s | %s | %s |\n"
              .formatted(
                  limit.key(),
                  number(limit, limit.usual()),
                  number(limit, limit.least()),
                  number(limit, limit.most()),
                  limit.beyond()));
    }
    table.append('\n');
    for (Limit limit : Limit.values()) {
      if (!limit.what().isEmpty()) {
        table.append("- `%s`: %s.\n".formatted(limit.key(), limit.what()));
      }
    }
    return table.toString();
  }

  private static String number(Limit limit, long value) {
    if (!limit.key().endsWith("-bytes")) {
      return String.format(Locale.ROOT, "%,d", value);
    }
    for (int power = 4; power > 0; power--) {
      long unit = 1L << (10 * power);
      if (value % unit == 0) {
        return value / unit + " " + " KMGT".charAt(power) + "iB";
      }
    }
    throw new AssertionError("no round number of bytes: " + value);
  }

  @ParameterizedTest
  @EnumSource(Limit.class)
  void everyLimitHasAUsualValueWithinItsBoundsAndIsFoundByItsKey(Limit limit) {
    assertThat(limit.usual()).isBetween(limit.least(), limit.most());
    assertThat(Limit.of(limit.key())).contains(limit);
    assertThat(Limits.DEFAULT.get(limit)).isEqualTo(limit.usual());
    assertThat(Limits.DEFAULT.with(limit, limit.most()).get(limit)).isEqualTo(limit.most());
    assertThatThrownBy(() -> new Limits(Map.of(limit, limit.most() + 1)))
        .hasMessageContaining(limit.key());
    assertThatThrownBy(() -> new Limits(Map.of(limit, limit.least() - 1)))
        .hasMessageContaining(String.valueOf(limit.least()));
  }

  @Test
  void clientsMayProbeHoweverRarelyTheServerDoes() {
    for (long seconds : new long[] {4, 20, 3_600}) {
      WireLimits limits = Limits.DEFAULT.with(Limit.KEEP_ALIVE_SECONDS, seconds).wire();
      assertThat(TlsChannels.permittedMillis(limits))
          .isLessThan(WireLimits.DEFAULT.keepAliveMillis());
    }
  }

  @Test
  void bothSidesWorkWithTheSameUsualValues() {
    assertThat(Limits.DEFAULT.wire()).isEqualTo(WireLimits.DEFAULT);
  }
}

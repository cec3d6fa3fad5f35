package org.concordat.certs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RosterChangeTest {
  @TempDir Path directory;

  @Test
  void everyKindNeedsAReasonInBoundsAlsoWhereNoRosterHasIt() {
    MemberRequest request =
        new TestAlliance(directory, Clock.systemUTC()).joiner("basel", "ch", "CH");
    List<Function<String, RosterChange>> kinds =
        List.of(
            reason -> new RosterChange.Removal(TestAlliance.ZURICH, reason),
            reason -> new RosterChange.NewKeys(request, reason),
            reason -> new RosterChange.Suspension(TestAlliance.ZURICH, reason),
            reason -> new RosterChange.Resumption(TestAlliance.ZURICH, reason),
            reason ->
                new RosterChange.Document(
                    DocumentKind.POLICY, 2, Sha256.of(request.toBytes()), reason));
    for (Function<String, RosterChange> kind : kinds) {
      RosterChange longest = kind.apply("x".repeat(200));
      assertThat(RosterChange.parse(longest.toBytes()).toBytes()).isEqualTo(longest.toBytes());
      for (String bad : List.of("", "two\nlines", "\u001b[31mred", "x".repeat(201))) {
        assertThatThrownBy(() -> kind.apply(bad))
            .isInstanceOf(RosterChangeException.class)
            .hasMessageContaining("one line of at most 200 characters");
      }
      String tooLong =
          new String(longest.toBytes(), StandardCharsets.UTF_8)
              .replace("x".repeat(200), "x".repeat(201));
      assertThatThrownBy(() -> RosterChange.parse(tooLong.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(CertsException.class);
    }
  }
}

package org.concordat.secureagg.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.concordat.secureagg.World;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Task;
import org.junit.jupiter.api.Test;

class DerivationTest {
  private static final Quantisation Q = new Quantisation(16, 8, 10, 1, 100);

  private static Task task(
      String job,
      long round,
      int attempt,
      long epoch,
      int token,
      Task.Kind kind,
      String model,
      String base,
      String policy,
      String cohort,
      int m,
      Quantisation q) {
    return new Task(
        job,
        round,
        attempt,
        epoch,
        token,
        kind,
        World.digest(model),
        World.digest(base),
        World.digest(policy),
        World.digest(cohort),
        m,
        q,
        List.of());
  }

  private static String key(String alliance, Task task, String low, String high) {
    return HexFormat.of().formatHex(Derivation.pairMask(new byte[32], alliance, task, low, high));
  }

  /** Each field flipped alone gives another key, so that masks no longer cancel. */
  @Test
  void everyFieldChangesTheKey() {
    Task.Kind train = Task.Kind.TRAIN;
    Task base = task("j", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, Q);
    List<String> keys = new ArrayList<>();
    keys.add(key("a", base, "x", "y"));
    keys.add(key("b", base, "x", "y"));
    keys.add(key("a", base, "w", "y"));
    keys.add(key("a", base, "x", "z"));
    List<Task> flipped =
        List.of(
            task("k", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, Q),
            task("j", 2, 0, 2, 3, train, "m", "b", "p", "c", 9, Q),
            task("j", 1, 1, 2, 3, train, "m", "b", "p", "c", 9, Q),
            task("j", 1, 0, 3, 3, train, "m", "b", "p", "c", 9, Q),
            task("j", 1, 0, 2, 4, train, "m", "b", "p", "c", 9, Q),
            task("j", 1, 0, 2, 3, Task.Kind.EVALUATE, "m", "b", "p", "c", 9, Q),
            task("j", 1, 0, 2, 3, train, "n", "b", "p", "c", 9, Q),
            task("j", 1, 0, 2, 3, train, "m", "d", "p", "c", 9, Q),
            task("j", 1, 0, 2, 3, train, "m", "b", "q", "c", 9, Q),
            task("j", 1, 0, 2, 3, train, "m", "b", "p", "d", 9, Q),
            task("j", 1, 0, 2, 3, train, "m", "b", "p", "c", 8, Q),
            task(
                "j", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, new Quantisation(24, 8, 10, 1, 100)),
            task(
                "j", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, new Quantisation(16, 7, 10, 1, 100)),
            task(
                "j", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, new Quantisation(16, 8, 11, 1, 100)),
            task(
                "j", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, new Quantisation(16, 8, 10, 2, 100)),
            task(
                "j", 1, 0, 2, 3, train, "m", "b", "p", "c", 9, new Quantisation(16, 8, 10, 1, 99)));
    flipped.forEach(task -> keys.add(key("a", task, "x", "y")));
    keys.add(HexFormat.of().formatHex(Derivation.selfMask(new byte[32], "a", base, "x")));
    Set<String> distinct = new HashSet<>(keys);
    assertThat(distinct).hasSize(keys.size()).hasSize(21);
  }

  /** Boundaries cannot be shifted between neighbouring fields. */
  @Test
  void fieldsAreLengthPrefixed() {
    Task task = task("j", 1, 0, 2, 3, Task.Kind.TRAIN, "m", "b", "p", "c", 9, Q);
    assertThat(key("a", task, "xy", "z")).isNotEqualTo(key("a", task, "x", "yz"));
  }

  @Test
  void tokensAndDirectionsHaveTheirOwnKeys() {
    byte[] prk = new byte[32];
    assertThat(Derivation.pairSecret(prk, 1)).isNotEqualTo(Derivation.pairSecret(prk, 2));
    assertThat(Derivation.boxKey(prk, 1, 2)).isNotEqualTo(Derivation.boxKey(prk, 2, 1));
    assertThat(Derivation.commitment(prk)).isNotEqualTo(prk);
  }
}

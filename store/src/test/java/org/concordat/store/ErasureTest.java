package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.concordat.store.Entries.Delete;
import org.concordat.store.Entries.Put;
import org.concordat.store.Entries.PutSecret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was erased is in no file of the store, on the real files. */
class ErasureTest {
  private static final int WINDOW = 12;

  @TempDir Path directory;

  private static byte[] secret(SplittableRandom random, int size) {
    byte[] secret = new byte[size];
    random.nextBytes(secret);
    return secret;
  }

  /** Windows of secrets that are in some file, by whose they are. */
  private TreeSet<String> found(Map<String, byte[]> erased) throws IOException {
    Map<String, String> windows = new LinkedHashMap<>();
    erased.forEach(
        (name, secret) -> {
          for (int at = 0; at + WINDOW <= secret.length; at += WINDOW) {
            windows.put(new String(secret, at, WINDOW, StandardCharsets.ISO_8859_1), name);
          }
        });
    TreeSet<String> names = new TreeSet<>();
    try (var files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().contains("native")) {
          continue; // SQLite's own library
        }
        String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (int at = 0; at + WINDOW <= all.length(); at++) {
          String name = windows.get(all.substring(at, at + WINDOW));
          if (name != null) {
            names.add(name + " in " + file.getFileName());
          }
        }
      }
    }
    return names;
  }

  /** Secrets of all sizes come, change and go among others, so that pages split and merge. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void nothingOfWhatWasErasedIsInAnyFile(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, byte[]> erased = new LinkedHashMap<>();
    try (Database database = Database.open(StoreLocation.sqlite(directory))) {
      Entries entries = new SqlEntries(database);
      Map<String, byte[]> live = new LinkedHashMap<>();
      for (int step = 0; step < 400; step++) {
        List<Entries.Change> changes = new ArrayList<>();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
          String id = "secret/" + random.nextInt(120);
          byte[] before = live.remove(id);
          if (before != null) {
            erased.put(id + "@" + step, before);
          }
          if (before == null || random.nextInt(4) == 0) {
            byte[] secret = secret(random, random.nextInt(16, random.nextInt(5) == 0 ? 9000 : 300));
            changes.add(new PutSecret("secagg", id, secret));
            live.put(id, secret);
          } else {
            changes.add(new Delete("secagg", id));
          }
        }
        entries.apply(changes);
        if (step % 20 == 0) {
          assertThat(found(erased)).as("step " + step).isEmpty();
        }
      }
      assertThat(erased.size()).isGreaterThan(300);
      assertThat(found(erased)).isEmpty();
      assertThat(found(live)).as("nor what is there, in the clear").isEmpty();
      assertThat(entries.all("secagg")).containsExactlyInAnyOrderEntriesOf(live);
    }
    assertThat(found(erased)).as("after the end").isEmpty();
  }

  /** As rows alone, erased secrets stay: in the log, and in gaps of pages that were split. */
  @Test
  void theTesterIsTested() throws IOException {
    byte[] secret = HexFormat.of().parseHex("c0ffee".repeat(40));
    try (Database database = Database.open(StoreLocation.sqlite(directory))) {
      Entries entries = new SqlEntries(database);
      entries.apply(List.of(new Put("secagg", "secret/1", secret)));
      entries.apply(List.of(new Delete("secagg", "secret/1")));
      assertThat(found(Map.of("secret/1", secret))).containsExactly("secret/1 in state.sqlite-wal");
    }
  }

  /** The row is gone, the process was killed before the key was overwritten. */
  @Test
  void aKeyThatACrashLeftIsOverwrittenWhenTheStoreIsOpened() throws IOException {
    StoreLocation location = StoreLocation.sqlite(directory);
    byte[] body = new byte[100];
    Path keys = directory.resolve("keys");
    byte[] left;
    try (Database database = Database.open(location)) {
      Entries entries = new SqlEntries(database);
      entries.apply(List.of(new PutSecret("k", "a", body), new PutSecret("k", "b", body)));
      left = Files.readAllBytes(keys);
      entries.apply(List.of(new Delete("k", "a")));
      assertThat(slot(0)).as("a's key").containsOnly(0);
      assertThat(slot(1)).as("b's key").isEqualTo(slot(left, 1));
    }
    Files.write(keys, left);
    try (Database database = Database.open(location)) {
      assertThat(slot(0)).as("a's key").containsOnly(0);
      assertThat(slot(1)).as("b's key").isEqualTo(slot(left, 1));
      Entries entries = new SqlEntries(database);
      assertThat(entries.all("k")).containsOnlyKeys("b");
      assertThat(entries.get("k", "b")).contains(body);
      entries.put("k", "b", new byte[3]);
      assertThat(Files.readAllBytes(keys)).as("replaced is erased").containsOnly(0);
      entries.apply(List.of(new PutSecret("k", "c", body), new PutSecret("k", "c", new byte[5])));
      assertThat(entries.get("k", "c")).contains(new byte[5]);
      assertThat(slot(0)).as("the first c's key").containsOnly(0);
    }
  }

  /** However many secrets come and go. */
  @Test
  void theFileOfKeysStaysAsLargeAsWhatIsKeptAtOnce() throws IOException {
    try (Database database = Database.open(StoreLocation.sqlite(directory))) {
      Entries entries = new SqlEntries(database);
      for (int i = 0; i < 1000; i++) {
        entries.apply(
            List.of(new PutSecret("k", "s" + i, new byte[20]), new Delete("k", "s" + (i - 10))));
      }
      assertThat(Files.size(directory.resolve("keys"))).isLessThan(32 * 300);
    }
  }

  private byte[] slot(int number) throws IOException {
    return slot(Files.readAllBytes(directory.resolve("keys")), number);
  }

  private static byte[] slot(byte[] keys, int number) {
    return Arrays.copyOfRange(keys, 32 * number, 32 * number + 32);
  }

  @Test
  void whatIsNotOfOneMomentIsNamed() throws IOException {
    StoreLocation location = StoreLocation.sqlite(directory);
    try (Database database = Database.open(location)) {
      new SqlEntries(database).apply(List.of(new PutSecret("k", "a", new byte[9])));
    }
    Files.write(directory.resolve("keys"), new byte[32]);
    try (Database database = Database.open(location)) {
      Entries entries = new SqlEntries(database);
      assertThatThrownBy(() -> entries.get("k", "a"))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("not of one moment");
    }
  }
}

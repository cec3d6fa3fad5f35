package org.concordat.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.concordat.store.Database;
import org.concordat.store.SqlEntries;
import org.concordat.store.StoreLocation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything below the home of an agent that runs, and after kill -9 and a restart, is searched for
 * secrets that its store held at some step and that were erased since: epoch keys, pair secrets,
 * seeds, shares. The secrets are read from copies of the store that the process leaves behind after
 * every step. Heap dumps, and blocks that a disk keeps, are excepted.
 */
@Tag("slow")
class SeizureTest {
  private static final String SEIZED = "zurich";
  private static final int WINDOW = 16;

  @TempDir Path root;

  /** What was a secret at some step, by its name and step. */
  private Map<String, byte[]> known(Path copies) throws IOException {
    Map<String, byte[]> known = new LinkedHashMap<>();
    try (var folders = Files.list(copies)) {
      for (Path folder : folders.toList()) {
        secrets(folder)
            .forEach((name, value) -> known.put(name + "@" + folder.getFileName(), value));
      }
    }
    return known;
  }

  private static Map<String, byte[]> secrets(Path state) {
    Map<String, byte[]> found = new LinkedHashMap<>();
    try (Database database = Database.open(StoreLocation.sqlite(state))) {
      new SqlEntries(database)
          .all("secagg")
          .forEach(
              (key, value) -> {
                if (key.startsWith("secret/")) {
                  found.put(key, withoutHashes(value));
                } else if (key.startsWith("forming/private-keys")
                    || key.startsWith("forming/pair-key/")
                    || key.startsWith("forming/own-seeds-and-shares")) {
                  found.put(key, value);
                }
              });
    }
    return found;
  }

  /**
   * A token's own seed, pair secrets and shares; the hashes of the others' seeds beside them are
   * public.
   */
  private static byte[] withoutHashes(byte[] secrets) {
    ByteBuffer in = ByteBuffer.wrap(secrets);
    ByteBuffer out = ByteBuffer.allocate(secrets.length);
    out.put(take(in, 32));
    for (int peers = in.getInt(); peers > 0; peers--) {
      in.getShort();
      out.put(take(in, in.getInt()));
      out.put(take(in, 2 * 40));
      take(in, 32);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private static byte[] take(ByteBuffer in, int size) {
    byte[] taken = new byte[size];
    in.get(taken);
    return taken;
  }

  /** Pieces of high entropy; numbers and lengths are none. */
  private static Set<String> windows(byte[] secret) {
    Set<String> windows = new HashSet<>();
    for (int at = 0; at + WINDOW <= secret.length; at++) {
      String window = new String(secret, at, WINDOW, StandardCharsets.ISO_8859_1);
      if (window.chars().distinct().count() > WINDOW - 4) {
        windows.add(window);
      }
    }
    return windows;
  }

  private static Set<String> found(Path home, Map<String, byte[]> secrets) throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    secrets.forEach((name, value) -> windows(value).forEach(window -> names.put(window, name)));
    Set<String> found = new TreeSet<>();
    try (var files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (file.toString().contains("copies/") || file.toString().contains("/native/")) {
          continue;
        }
        String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        for (int at = 0; at + WINDOW <= all.length(); at++) {
          String name = names.get(all.substring(at, at + WINDOW));
          if (name != null) {
            found.add(name.substring(0, name.indexOf('@')) + " in " + home.relativize(file));
          }
        }
      }
    }
    return found;
  }

  @Test
  void nothingOfAClosedTokenIsInAnyFile() throws Exception {
    try (TestAlliance alliance = new TestAlliance(root, WholeRoundTest.policy());
        Processes processes = new Processes(alliance)) {
      Path home = alliance.home(SEIZED);
      Path copies = Files.createDirectories(home.resolve("copies"));
      processes.start("coordinator", "");
      for (String member : TestAlliance.MEMBERS) {
        processes.start(member, member.equals(SEIZED) ? ProcessMain.COPIES + copies : "");
      }
      alliance.submit(TestAlliance.job("first", 3).build());
      assertThat(alliance.awaitEnd("first", 60).getState()).isEqualTo("COMPLETED");

      Map<String, byte[]> known = known(copies);
      assertThat(known.keySet())
          .anyMatch(name -> name.startsWith("forming/private-keys"))
          .anyMatch(name -> name.startsWith("forming/pair-key/"))
          .anyMatch(name -> name.startsWith("forming/own-seeds-and-shares"))
          .anyMatch(name -> name.startsWith("secret/1/0"));
      // what a seized disk holds: copied while the agent runs
      Path seized = root.resolve("seized");
      copy(home, seized);
      assertThat(found(seized, erased(seized, known))).as("of a running agent").isEmpty();

      processes.kill(SEIZED);
      assertThat(found(home, erased(seized, known))).as("after kill -9").isEmpty();
      processes.start(SEIZED, "");
      alliance.submit(TestAlliance.job("second", 1).build());
      assertThat(alliance.awaitEnd("second", 60).getState()).isEqualTo("COMPLETED");
      assertThat(found(home, erased(seized, known))).as("after a restart").isEmpty();
    }
  }

  /** Of what was known, what the seized store does not hold any more. */
  private Map<String, byte[]> erased(Path seized, Map<String, byte[]> known) throws IOException {
    Path opened = root.resolve("opened-" + System.nanoTime());
    Files.createDirectories(opened);
    for (String name : List.of("state.sqlite", "state.sqlite-wal", "keys")) {
      if (Files.exists(seized.resolve("state").resolve(name))) {
        Files.copy(seized.resolve("state").resolve(name), opened.resolve(name));
      }
    }
    Set<String> live = new HashSet<>();
    secrets(opened).values().forEach(value -> live.addAll(windows(value)));
    Map<String, byte[]> erased = new LinkedHashMap<>(known);
    erased.values().removeIf(value -> windows(value).stream().anyMatch(live::contains));
    assertThat(erased.keySet())
        .as("erased are the epoch's keys and four used tokens")
        .anyMatch(name -> name.startsWith("forming/private-keys"))
        .anyMatch(name -> name.startsWith("secret/1/0@"))
        .anyMatch(name -> name.startsWith("secret/1/3@"))
        .noneMatch(name -> name.startsWith("secret/1/9@"));
    return erased;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.toString().contains("copies/")) {
          Files.copy(file, target);
        }
      }
    }
  }
}

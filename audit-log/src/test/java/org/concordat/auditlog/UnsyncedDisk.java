package org.concordat.auditlog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Watches a folder's writer and knows what a power cut may leave of it. A file's bytes are durable
 * once it was synced, its name, or that it is gone, once its directory was. Of everything else any
 * version since may be found, whole, torn, or not at all.
 */
final class UnsyncedDisk implements LogFiles.Steps {
  /** Thrown at the chosen step: nothing in the writer catches it. */
  static final class PowerCut extends Error {}

  private static final int SECTOR = 512;

  private final Path folder;
  private final int cutBefore;
  private final Map<String, Name> names = new TreeMap<>();
  private final Set<String> announced = new LinkedHashSet<>();
  private int count;

  /** A name in the folder; null stands for none. */
  private static final class Name {
    private byte @Nullable [] durable;
    private final List<byte @Nullable []> since = new ArrayList<>();
    private boolean bytesSynced = true;
    private boolean nameSynced = true;

    private byte @Nullable [] current() {
      return since.isEmpty() ? durable : since.get(since.size() - 1);
    }

    private void became(byte @Nullable [] now, boolean renamed) {
      byte[] before = current();
      if (Arrays.equals(before, now)) {
        return;
      }
      nameSynced &= before != null && now != null && !renamed;
      bytesSynced = now == null;
      since.add(now);
    }

    private void settle() {
      if (bytesSynced && nameSynced) {
        durable = current();
        since.clear();
      }
    }
  }

  /** What is in the folder now is durable. */
  UnsyncedDisk(Path folder, int cutBefore) {
    this.folder = folder;
    this.cutBefore = cutBefore;
    Samples.content(folder).forEach((name, bytes) -> name(name).durable = bytes);
  }

  @Override
  public void before(String step, Path file) {
    if (!step.equals("sync")) {
      observe();
    }
    if (count++ == cutBefore) {
      throw new PowerCut();
    }
    if (step.equals("sync")) {
      announced.add(folder.relativize(file).toString());
    }
  }

  /** How many steps there were. */
  int steps() {
    return count;
  }

  /** Lays out what the power cut left. */
  void restore(Path target, RandomGenerator random) throws IOException {
    announced.clear(); // syncs that had not come back
    observe();
    Map<String, byte[]> left = new HashMap<>();
    names.forEach(
        (name, state) -> {
          byte[] found = found(state, name.equals(LogFiles.JOURNAL), random);
          if (found != null) {
            left.put(name, found);
          }
        });
    Samples.restore(target, left);
  }

  private Name name(String name) {
    return names.computeIfAbsent(name, none -> new Name());
  }

  /** Takes in what the last step did, and the syncs that came back before it. */
  private void observe() {
    Map<String, byte[]> now = Samples.content(folder);
    Set<String> all = new TreeSet<>(now.keySet());
    all.addAll(names.keySet());
    for (String each : all) {
      Name name = name(each);
      name.became(now.get(each), each.equals(LogFiles.CHECKPOINT));
      name.bytesSynced |= announced.contains(each);
      Path parent = Path.of(each).getParent();
      name.nameSynced |= announced.contains(parent == null ? "" : parent.toString());
      name.settle();
    }
    announced.clear();
  }

  private static byte @Nullable [] found(
      Name name, boolean keepsItsLength, RandomGenerator random) {
    if (name.since.isEmpty()) {
      return name.durable;
    }
    if (!name.nameSynced && random.nextInt(3) == 0) {
      return name.durable;
    }
    byte[] version = name.since.get(random.nextInt(name.since.size()));
    if (name.nameSynced && version == null) {
      version = name.current();
    }
    boolean torn = !name.bytesSynced && random.nextInt(3) > 0;
    if (!torn || version == null) {
      return version;
    }
    boolean grown = keepsItsLength && name.nameSynced && name.durable != null;
    return torn(
        grown ? Arrays.copyOf(name.durable, version.length) : name.durable, version, random);
  }

  /**
   * Some sectors arrived; the others are as before, or zeroes, or the file is short. The journal is
   * never cut: what was durable of it stays when it grows.
   */
  private static byte[] torn(byte @Nullable [] before, byte[] now, RandomGenerator random) {
    byte[] torn = now.clone();
    boolean inPlace = before != null && before.length == now.length;
    for (int from = 0; from < torn.length; from += SECTOR) {
      int to = Math.min(torn.length, from + SECTOR);
      if (random.nextBoolean()) {
        if (inPlace) {
          System.arraycopy(before, from, torn, from, to - from);
        } else {
          Arrays.fill(torn, from, to, (byte) 0);
        }
      }
    }
    return inPlace || random.nextBoolean()
        ? torn
        : Arrays.copyOf(torn, random.nextInt(torn.length + 1));
  }

  static void clear(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

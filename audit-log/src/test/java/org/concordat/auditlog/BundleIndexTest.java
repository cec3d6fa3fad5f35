package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What a query need not read, and that nothing is missed for it. */
class BundleIndexTest {
  private static final Instant START = Instant.parse("2026-12-01T09:00:00Z");
  private static final List<String> MEMBERS = List.of("zurich", "geneva", "lyon", "munich");

  @TempDir Path directory;

  private static AuditEntry entry(int number) {
    return AuditEntry.of(
        "entry-" + number,
        START.plusMillis(number),
        EntryType.PHASE,
        "coordinator",
        "OPENED",
        EntryOutcome.OK);
  }

  private static BundleIndex index(List<AuditEntry> entries) {
    BundleIndex index = new BundleIndex();
    entries.forEach(entry -> index.add(Terms.of(entry)));
    return index;
  }

  private static boolean mayHold(BundleIndex index, long bundle, AuditFilter filter) {
    return index.mayHold(bundle, new Wanted(filter));
  }

  @Test
  void aBundleWithoutAnyOrWithoutBothInOneEntryIsNotRead() {
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      entries.add(entry(i));
    }
    entries.set(
        7, AuditEntry.of("denied", START, EntryType.ACCESS, "zurich", "calls", EntryOutcome.DENY));
    entries.set(
        9, AuditEntry.of("allowed", START, EntryType.ACCESS, "lyon", "calls", EntryOutcome.ALLOW));
    BundleIndex index = index(entries);
    AuditFilter denied = AuditFilter.ALL.with(EntryOutcome.DENY);
    assertThat(mayHold(index, 0, AuditFilter.ALL)).isTrue();
    assertThat(mayHold(index, 0, denied)).isTrue();
    assertThat(mayHold(index, 0, denied.with(AuditField.ACTOR, "zurich"))).isTrue();
    assertThat(mayHold(index, 0, denied.with(AuditField.MEMBER, "zurich"))).isTrue();
    assertThat(mayHold(index, 0, denied.with(AuditField.ACTOR, "lyon"))).isFalse();
    assertThat(mayHold(index, 0, denied.with(AuditField.ACTOR, "geneva"))).isFalse();
    assertThat(mayHold(index, 1, denied.with(AuditField.ACTOR, "lyon")))
        .as("the bundle that is not full yet is always read")
        .isTrue();
  }

  @Test
  void aBundleOfAnotherTimeIsNotRead() {
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = 0; i < 512; i++) {
      entries.add(entry(i));
    }
    BundleIndex index = index(entries);
    Instant boundary = START.plusMillis(256);
    assertThat(mayHold(index, 0, AuditFilter.ALL.since(boundary))).isFalse();
    assertThat(mayHold(index, 1, AuditFilter.ALL.since(boundary))).isTrue();
    assertThat(mayHold(index, 0, AuditFilter.ALL.since(boundary.minusMillis(1)))).isTrue();
    assertThat(mayHold(index, 0, AuditFilter.ALL.until(START))).isFalse();
    assertThat(mayHold(index, 0, AuditFilter.ALL.until(START.plusNanos(1)))).isTrue();
    assertThat(mayHold(index, 1, AuditFilter.ALL.until(boundary))).isFalse();
    assertThat(mayHold(index, 1, AuditFilter.ALL.until(boundary.plusNanos(1)))).isTrue();
  }

  @Test
  void timesThatNoEntryCanHaveAreTimesToo() {
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      entries.add(entry(i));
    }
    BundleIndex index = index(entries);
    assertThat(mayHold(index, 0, AuditFilter.ALL.since(Instant.MIN).until(Instant.MAX))).isTrue();
    assertThat(mayHold(index, 0, AuditFilter.ALL.since(Instant.MAX))).isFalse();
    assertThat(mayHold(index, 0, AuditFilter.ALL.until(Instant.MIN))).isFalse();
  }

  @TestFactory
  Stream<DynamicTest> nothingIsMissedWhateverIsLookedFor() {
    return Seeded.property("a query finds what a scan finds", 3, this::findsAll);
  }

  private void findsAll(RandomGenerator random) throws IOException {
    List<AuditEntry> entries = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      entries.add(random(random, i));
    }
    Path directory = Files.createTempDirectory(this.directory, "case");
    Path folder = directory.resolve("log");
    LogSigner signer = LogSigner.create(directory.resolve("log.key"), "test.example/log");
    try (AuditLog log = AuditLog.open(folder, signer)) {
      for (int i = 0; i < entries.size(); i += 100) {
        log.append(entries.subList(i, i + 100));
      }
      log.append(entries.subList(0, 100)); // again: nothing new
      compare(log, entries, random);
    }
    try (AuditLog again = AuditLog.open(folder, signer)) {
      compare(again, entries, random);
    }
  }

  private static void compare(AuditLog log, List<AuditEntry> entries, RandomGenerator random) {
    for (int i = 0; i < 200; i++) {
      AuditFilter filter = filter(random, entries.get(random.nextInt(entries.size())));
      List<AuditEntry> expected =
          entries.subList((int) filter.from(), entries.size()).stream()
              .filter(filter::matches)
              .limit(filter.limit())
              .toList();
      assertThat(log.query(filter).map(LoggedEntry::entry)).as("%s", filter).isEqualTo(expected);
    }
  }

  /** Some of what an entry has, and at times something of which there is none. */
  private static AuditFilter filter(RandomGenerator random, AuditEntry like) {
    AuditFilter filter = AuditFilter.ALL;
    for (AuditField field : AuditField.values()) {
      List<String> values = field.of(like);
      if (random.nextInt(4) == 0 && !values.isEmpty()) {
        filter =
            filter.with(
                field,
                random.nextInt(20) == 0 ? "none" : values.get(random.nextInt(values.size())));
      }
    }
    filter = random.nextInt(3) == 0 ? filter.since(like.time().minusMillis(400)) : filter;
    filter = random.nextInt(3) == 0 ? filter.until(like.time().plusMillis(400)) : filter;
    filter = random.nextInt(3) == 0 ? filter.from(random.nextInt(2000)) : filter;
    return random.nextInt(3) == 0 ? filter.limit(1 + random.nextInt(20)) : filter;
  }

  private static AuditEntry random(RandomGenerator random, int number) {
    AuditEntry entry =
        AuditEntry.of(
            "entry-" + number,
            START.plusMillis(number + random.nextInt(50)),
            EntryType.values()[random.nextInt(EntryType.values().length)],
            MEMBERS.get(random.nextInt(MEMBERS.size())),
            random.nextBoolean()
                ? MEMBERS.get(random.nextInt(MEMBERS.size()))
                : "subject-" + number,
            EntryOutcome.values()[random.nextInt(EntryOutcome.values().length)]);
    entry = random.nextBoolean() ? entry.inRound("job-" + random.nextInt(5), number / 8, 1) : entry;
    entry = random.nextInt(5) == 0 ? entry.detail("person", "person-" + number % 7) : entry;
    return random.nextInt(9) == 0
        ? entry.digest("dataSet", String.valueOf(number % 3).repeat(64))
        : entry;
  }
}

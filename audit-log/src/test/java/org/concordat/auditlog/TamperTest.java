package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** One changed byte anywhere, one file too few or too many: the verifier names the file. */
class TamperTest {
  @TempDir Path directory;
  private LogSigner signer;
  private Path folder;
  private Map<String, byte[]> content;

  @BeforeEach
  void build() {
    signer = Samples.signer(directory);
    folder = directory.resolve("log");
    try (AuditLog log = AuditLog.open(folder, signer)) {
      log.append(IntStream.range(0, 300).mapToObj(TamperTest::shortEntry).toList());
    }
    content = Samples.content(folder);
    assertThat(content.keySet())
        .containsExactly(
            "checkpoint",
            "log.vkey",
            "tile/0/000",
            "tile/0/001.p/44",
            "tile/1/000.p/1",
            "tile/entries/000",
            "tile/entries/001.p/44");
  }

  /** Short, so that every byte can be tried. */
  private static AuditEntry shortEntry(int number) {
    return AuditEntry.of("e" + number, Samples.START, EntryType.JOB, "a", "s", EntryOutcome.OK);
  }

  @TestFactory
  Stream<DynamicTest> aFlippedBitIsNamed() {
    return Seeded.property(
        "flip",
        20,
        random -> {
          for (String name : content.keySet()) {
            flip(name, random.nextInt(content.get(name).length), 1 << random.nextInt(8));
          }
        });
  }

  @Test
  @Tag("slow")
  void everyFlippedByteIsNamed() throws IOException {
    for (String name : content.keySet()) {
      for (int at = 0; at < content.get(name).length; at++) {
        flip(name, at, 1 << (at % 8));
      }
    }
  }

  private void flip(String name, int at, int mask) throws IOException {
    byte[] changed = content.get(name).clone();
    changed[at] ^= (byte) mask;
    Files.write(folder.resolve(name), changed);
    assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
        .as("%s, byte %d", name, at)
        .isInstanceOfSatisfying(
            LogDamagedException.class, damage -> assertThat(blames(name, damage)).isTrue());
    Files.write(folder.resolve(name), content.get(name));
  }

  private boolean blames(String name, LogDamagedException damage) {
    return folder.relativize(damage.file()).toString().equals(name);
  }

  /** What a search shows is verified: a changed word is never printed. */
  @Test
  void aSearchGivesOutNoEntryThatWasNotSigned() throws IOException {
    Path bundle = folder.resolve("tile/entries/000");
    String text = new String(content.get("tile/entries/000"), StandardCharsets.ISO_8859_1);
    for (String changed :
        List.of(
            text.replace("\"e77\"", "\"e78\""),
            text.replaceFirst("\"actor\":\"a\"", "\"actor\":\"b\""),
            text.substring(0, text.length() / 2),
            text + "\0\1x")) {
      assertThat(changed).isNotEqualTo(text);
      Files.write(bundle, changed.getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> search(AuditFilter.ALL))
          .isInstanceOfSatisfying(
              LogDamagedException.class, damage -> assertThat(damage.file()).isEqualTo(bundle));
    }
    assertThat(search(AuditFilter.ALL.from(256))).as("the other bundle is as signed").hasSize(44);
    Files.write(bundle, content.get("tile/entries/000"));
    assertThat(search(AuditFilter.ALL)).hasSize(300);
    assertThat(search(AuditFilter.ALL.from(290)))
        .extracting(LoggedEntry::index)
        .first()
        .isEqualTo(290L);
    assertThat(search(AuditFilter.ALL.from(300))).isEmpty();
    assertThat(search(AuditFilter.ALL.from(10_000))).isEmpty();
    // a forger who fits the tile to the changed entries does not get to the root
    String other = text.replaceFirst("\"actor\":\"a\"", "\"actor\":\"b\"");
    byte[] entries = other.getBytes(StandardCharsets.ISO_8859_1);
    List<TreeHash> leaves = Tiles.entries(entries).stream().map(Rfc6962::leaf).toList();
    Files.write(bundle, entries);
    Files.write(folder.resolve("tile/0/000"), Tiles.encode(leaves));
    assertThatThrownBy(() -> search(AuditFilter.ALL))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("tile/0/000");
    Files.write(bundle, content.get("tile/entries/000"));
    byte[] tile = content.get("tile/0/000").clone();
    tile[40] ^= 1;
    Files.write(folder.resolve("tile/0/000"), tile);
    assertThatThrownBy(() -> search(AuditFilter.ALL))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("tile/0/000");
    Files.write(folder.resolve("tile/0/000"), content.get("tile/0/000"));
  }

  private List<LoggedEntry> search(AuditFilter filter) {
    try (Stream<LoggedEntry> found = AuditQuery.run(folder, signer.vkey(), filter)) {
      return found.toList();
    }
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    for (String name : content.keySet()) {
      Files.delete(folder.resolve(name));
      assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
          .isInstanceOf(LogDamagedException.class)
          .hasMessageContaining(folder.resolve(name).toString())
          .hasMessageContaining("missing");
      Files.write(folder.resolve(name), content.get(name));
    }
    assertThatThrownBy(() -> AuditVerifier.verify(directory.resolve("none"), signer.vkey()))
        .isInstanceOf(LogMissingException.class)
        .hasMessageContaining("no such folder");
    assertThatThrownBy(
            () -> AuditQuery.run(directory.resolve("none"), signer.vkey(), AuditFilter.ALL))
        .isInstanceOf(LogMissingException.class);
  }

  @Test
  void aCutOrLongerFileIsNamed() throws IOException {
    for (String name : content.keySet()) {
      byte[] bytes = content.get(name);
      for (int length : new int[] {0, 1, bytes.length / 2, bytes.length - 1, bytes.length + 1}) {
        Files.write(folder.resolve(name), java.util.Arrays.copyOf(bytes, length));
        assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
            .as("%s with %d bytes", name, length)
            .isInstanceOf(LogDamagedException.class);
      }
      Files.write(folder.resolve(name), bytes);
    }
  }

  @Test
  void anExtraFileIsNamed() throws IOException {
    for (String extra :
        new String[] {
          "tile/0/002",
          "tile/2/000.p/1",
          "tile/entries/001",
          "notes.txt",
          "tile/0/000.p/300",
          "tile/x",
          ".DS_Store"
        }) {
      Path file = folder.resolve(extra);
      Files.createDirectories(file.getParent());
      Files.write(file, new byte[32]);
      assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
          .isInstanceOf(LogDamagedException.class)
          .hasMessageContaining(extra);
      Files.delete(file);
    }
    Files.createSymbolicLink(folder.resolve("tile/0/003"), folder.resolve("tile/0/000"));
    assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("not a regular file");
  }

  /** Each file is one that the key's tree has, and in another's place. */
  @Test
  void swappedFilesAreNamedByEveryReader() throws IOException {
    Path larger = Samples.log(directory, signer, 800, 800);
    List<List<String>> swaps =
        List.of(
            List.of("tile/0/000", "tile/0/001"),
            List.of("tile/entries/001", "tile/entries/002"),
            List.of("tile/0/000", "tile/0/002", "tile/entries/000", "tile/entries/002"),
            List.of("tile/0/003.p/32", "tile/1/000.p/3"));
    for (List<String> pairs : swaps) {
      for (int i = 0; i < pairs.size(); i += 2) {
        swap(larger.resolve(pairs.get(i)), larger.resolve(pairs.get(i + 1)));
      }
      assertThatThrownBy(() -> AuditVerifier.verify(larger, signer.vkey()))
          .as("%s", pairs)
          .isInstanceOfSatisfying(
              LogDamagedException.class,
              damage ->
                  assertThat(larger.relativize(damage.file()).toString())
                      .as("of entries and hashes swapped alike it is the tile above them")
                      .isIn(Stream.concat(pairs.stream(), Stream.of("tile/1/000.p/3")).toList()));
      assertThatThrownBy(() -> AuditLog.open(larger, signer))
          .isInstanceOf(LogDamagedException.class);
      assertThatThrownBy(() -> LogFolder.open(larger, signer.vkey()).entries(0, 800))
          .isInstanceOf(LogDamagedException.class);
      assertThatThrownBy(
              () -> {
                try (Stream<LoggedEntry> all =
                    AuditQuery.run(larger, signer.vkey(), AuditFilter.ALL)) {
                  all.toList();
                }
              })
          .isInstanceOf(LogDamagedException.class);
      for (int i = 0; i < pairs.size(); i += 2) {
        swap(larger.resolve(pairs.get(i)), larger.resolve(pairs.get(i + 1)));
      }
    }
    assertThat(AuditVerifier.verify(larger, signer.vkey()).size()).isEqualTo(800);
  }

  private static void swap(Path one, Path other) throws IOException {
    byte[] content = Files.readAllBytes(one);
    Files.write(one, Files.readAllBytes(other));
    Files.write(other, content);
  }

  /** A checkpoint of the same key over fewer entries, beside the tiles of more. */
  @Test
  void anOlderCheckpointBesideNewerTilesIsNoLog() throws IOException {
    Checkpoint older =
        new Checkpoint(
            Samples.NAME,
            299,
            Rfc6962.root(
                IntStream.range(0, 299)
                    .mapToObj(i -> Rfc6962.leaf(shortEntry(i).canonicalBytes()))
                    .toList()));
    Files.writeString(folder.resolve("checkpoint"), older.signed(signer));
    assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("001.p/43")
        .hasMessageContaining("missing");
  }

  @Test
  void theLockMustBeEmpty() throws IOException {
    Files.write(folder.resolve(".lock"), new byte[1]);
    assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining(".lock");
  }

  /** An older partial tile may be left by a kill; it must be a prefix of its successor. */
  @Test
  void anOlderPartialTileIsCheckedToo() throws IOException {
    Files.createDirectories(folder.resolve("tile/0/000.p"));
    Path old = folder.resolve("tile/0/000.p/3");
    byte[] prefix = java.util.Arrays.copyOf(content.get("tile/0/000"), 96);
    Files.write(old, prefix);
    assertThat(AuditVerifier.verify(folder, signer.vkey()).size()).isEqualTo(300);
    for (int at = 0; at < prefix.length; at++) {
      byte[] changed = prefix.clone();
      changed[at] ^= 1;
      Files.write(old, changed);
      assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
          .isInstanceOf(LogDamagedException.class)
          .hasMessageContaining("000.p");
    }
    Files.write(old, java.util.Arrays.copyOf(prefix, 64));
    assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
        .isInstanceOf(LogDamagedException.class);
  }

  /**
   * A forger who rewrites the folder with a key of the same name does not get past the caller's
   * key.
   */
  @Test
  void aFolderSignedThroughoutByAnotherKeyIsRefused() {
    LogSigner forger = LogSigner.create(directory.resolve("forger.key"), Samples.NAME);
    try (AuditLog log = AuditLog.open(directory.resolve("forged"), forger)) {
      log.append(Samples.entries(0, 299));
    }
    assertThat(AuditVerifier.verify(directory.resolve("forged"), forger.vkey()).size())
        .isEqualTo(299);
    assertThatThrownBy(() -> AuditVerifier.verify(directory.resolve("forged"), signer.vkey()))
        .isInstanceOf(LogDamagedException.class)
        .hasMessageContaining("log.vkey");
  }

  @Test
  void aTamperedLogIsNotOpenedForWriting() throws IOException {
    byte[] changed = content.get("tile/entries/000").clone();
    changed[500] ^= 1;
    Files.write(folder.resolve("tile/entries/000"), changed);
    var before = Samples.content(folder);
    assertThatThrownBy(() -> AuditLog.open(folder, signer)).isInstanceOf(LogDamagedException.class);
    Map<String, byte[]> after = Samples.content(folder);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
  }

  @TestFactory
  Stream<DynamicTest> rubbishFoldersAreRefusedByName() {
    return Seeded.property(
        "mutated folder",
        40,
        random -> {
          String[] names = content.keySet().toArray(new String[0]);
          String name = names[random.nextInt(names.length)];
          byte[] changed = Mutation.of(content.get(name), random);
          if (!java.util.Arrays.equals(changed, content.get(name))) {
            Files.write(folder.resolve(name), changed);
            assertThatThrownBy(() -> AuditVerifier.verify(folder, signer.vkey()))
                .isInstanceOf(LogDamagedException.class);
            Files.write(folder.resolve(name), content.get(name));
          }
        });
  }
}

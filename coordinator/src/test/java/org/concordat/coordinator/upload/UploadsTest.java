package org.concordat.coordinator.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.store.Blobs;
import org.concordat.store.StoreException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UploadsTest {
  private static final Digest TASK = digest("task");
  private static final Digest ROOT = digest("root");

  @TempDir Path directory;
  private Blobs blobs;
  private Uploads uploads;

  @BeforeEach
  void openBlobs() {
    blobs = new Blobs(directory.resolve("blobs"));
    uploads = new Uploads(blobs);
  }

  private static Digest digest(String text) {
    return Digest.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  private static UploadCommitment commitment(Digest task, Digest root) {
    return new UploadCommitment(new TokenRef("job", 0, 0, 1, 0, task), root, 8);
  }

  private Path put(String member, Digest task, Digest root) {
    UploadCommitment commitment = commitment(task, root);
    append(member, commitment, 0, new byte[8]);
    uploads.sync(member, commitment);
    return uploads.file(member, task, root);
  }

  private void append(String member, UploadCommitment commitment, long offset, byte[] part) {
    uploads.claim(member, commitment, this);
    append(member, commitment, this, offset, part);
  }

  private void append(
      String member, UploadCommitment commitment, Object stream, long offset, byte[] part) {
    try {
      uploads.append(member, commitment, stream, offset, ByteBuffer.wrap(part));
    } catch (UploadRefusedException refused) {
      throw new AssertionError(refused);
    }
  }

  @Test
  void memberTaskAndRootEachMakeAnotherFileBelowTheDirectory() {
    Set<Path> files = new HashSet<>();
    for (String member : new String[] {"lyon", "berlin"}) {
      for (Digest task : new Digest[] {TASK, digest("other")}) {
        for (Digest root : new Digest[] {ROOT, digest("other root")}) {
          files.add(put(member, task, root));
        }
      }
    }
    assertThat(files)
        .hasSize(8)
        .allSatisfy(file -> assertThat(file).startsWith(directory).exists());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../x", "a/b", "A", "a b"})
  void aMemberCannotNameAFileElsewhere(String member) throws IOException {
    assertThatThrownBy(() -> uploads.file(member, TASK, ROOT)).isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> put(member, TASK, ROOT)).isInstanceOf(StoreException.class);
    try (var all = Files.walk(directory)) {
      assertThat(all.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void partsAreWrittenWhereTheyBelong() throws IOException {
    UploadCommitment commitment = commitment(TASK, ROOT);
    assertThat(uploads.size("lyon", commitment)).isZero();
    append("lyon", commitment, 0, new byte[] {1, 2, 3});
    assertThat(uploads.size("lyon", commitment)).isEqualTo(3);
    append("lyon", commitment, 3, new byte[] {4, 5});
    uploads.sync("lyon", commitment);
    assertThat(Files.readAllBytes(uploads.file("lyon", TASK, ROOT))).containsExactly(1, 2, 3, 4, 5);
    Uploads reopened = new Uploads(new Blobs(directory.resolve("blobs")));
    assertThat(reopened.size("lyon", commitment)).isEqualTo(5);
  }

  @Test
  void onlyTheStreamThatClaimedAnUploadLastAppendsToIt() throws IOException {
    UploadCommitment commitment = commitment(TASK, ROOT);
    assertThat(uploads.claim("lyon", commitment, "first")).isZero();
    append("lyon", commitment, "first", 0, new byte[] {1, 2});
    assertThat(uploads.claim("lyon", commitment, "second")).isEqualTo(2);
    for (long offset : new long[] {0, 2}) {
      assertThatThrownBy(
              () ->
                  uploads.append(
                      "lyon", commitment, "first", offset, ByteBuffer.wrap(new byte[] {9})))
          .isInstanceOf(UploadRefusedException.class)
          .hasMessageContaining("another stream");
    }
    uploads.letGo("lyon", commitment, "first");
    append("lyon", commitment, "second", 2, new byte[] {3});
    uploads.letGo("lyon", commitment, "second");
    assertThatThrownBy(
            () -> uploads.append("lyon", commitment, "second", 3, ByteBuffer.wrap(new byte[] {9})))
        .isInstanceOf(UploadRefusedException.class);
    assertThat(Files.readAllBytes(uploads.file("lyon", TASK, ROOT))).containsExactly(1, 2, 3);
  }

  @Test
  void discardRemovesThatUploadOnly() {
    Path lyon = put("lyon", TASK, ROOT);
    Path berlin = put("berlin", TASK, ROOT);
    uploads.discard("lyon", commitment(TASK, ROOT), "a stream without the claim");
    assertThat(lyon).exists();
    uploads.discard("lyon", commitment(TASK, ROOT), this);
    assertThat(lyon).doesNotExist();
    assertThat(berlin).exists();
    assertThat(uploads.size("lyon", commitment(TASK, ROOT))).isZero();
  }

  @Test
  void releaseErasesEverythingOfThatTaskAndNothingElse() {
    Path lyon = put("lyon", TASK, ROOT);
    Path berlin = put("berlin", TASK, digest("b"));
    Path other = put("lyon", digest("other"), ROOT);
    blobs.putNamed("sum-" + TASK.hex(), new byte[4]);
    uploads.release(TASK);
    assertThat(lyon).doesNotExist();
    assertThat(berlin).doesNotExist();
    assertThat(other).exists();
    assertThat(blobs.namedPath("sum-" + TASK.hex())).exists();
    uploads.release(TASK);
    assertThat(other).exists();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void theRootOfAFileIsTheRootOfItsBytes(int elementBytes) throws IOException {
    byte[] content = new byte[elementBytes * 50_000];
    new java.util.Random(elementBytes).nextBytes(content);
    Path file = Files.write(directory.resolve("upload"), content);
    MerkleRoot expected = new MerkleRoot(elementBytes);
    expected.update(content, 0, content.length);
    Digest root = expected.root();
    assertThat(MerkleTrees.ofFile(file, elementBytes).root()).isEqualTo(root);
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    assertThat(MerkleTrees.ofFile(file, elementBytes).root()).isNotEqualTo(root);
  }

  @Test
  void aStreamCannotBringBackWhatWasReleased() throws Exception {
    UploadCommitment commitment = commitment(TASK, ROOT);
    append("lyon", commitment, 0, new byte[4]);
    uploads.release(TASK);
    assertThatThrownBy(
            () -> uploads.append("lyon", commitment, this, 4, ByteBuffer.wrap(new byte[4])))
        .isInstanceOf(UploadRefusedException.class)
        .hasMessageContaining("its round has ended");
    assertThat(blobs.names()).isEmpty();
  }

  @Test
  void onlyUploadsOfTheseTasksAreRetained() {
    put("lyon", TASK, ROOT);
    put("lyon", digest("other"), ROOT);
    blobs.putNamed("sum-1", new byte[1]);
    uploads.retain(Set.of(TASK));
    assertThat(blobs.names()).hasSize(2).contains("sum-1");
    uploads.retain(Set.of());
    assertThat(blobs.names()).containsExactly("sum-1");
  }

  @Test
  void releasingUploadsKeepsNoDescriptorOpen() throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    Assumptions.assumeTrue(Files.isDirectory(descriptors), "counts descriptors in /proc");
    Digest task = Digest.sha256(new byte[] {1});
    uploads.release(task);
    long before = count(descriptors);
    for (int i = 0; i < 200; i++) {
      uploads.release(task);
    }
    assertThat(count(descriptors)).isLessThan(before + 20);
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.count();
    }
  }
}

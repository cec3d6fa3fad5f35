package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that lie encrypted, and what is done to them on the disk. */
class SealedBlobTest {
  private static final int SEGMENT = SealedBlob.SEGMENT_BYTES;

  @TempDir Path directory;
  private final AtomicReference<String> owner = new AtomicReference<>("first");

  /** The key stands in the header: who may open it is not what is tested here. */
  private final BlobSeal seal =
      new BlobSeal() {
        private byte next;

        @Override
        public Fresh fresh(String name) {
          byte[] key = new byte[32];
          Arrays.fill(key, ++next);
          byte[] header = (owner.get() + " " + next).getBytes(StandardCharsets.US_ASCII);
          return new Fresh(key, header);
        }

        @Override
        public byte[] key(String name, byte[] header) {
          byte[] key = new byte[32];
          String text = new String(header, StandardCharsets.US_ASCII);
          Arrays.fill(key, Byte.parseByte(text.substring(text.indexOf(' ') + 1)));
          return key;
        }

        @Override
        public boolean isCurrent(String name, byte[] header) {
          return new String(header, StandardCharsets.US_ASCII).startsWith(owner.get());
        }
      };

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private Blobs blobs() {
    return Blobs.sealed(directory, seal);
  }

  private Path only(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve(folder))) {
      return all.filter(Files::isRegularFile).findFirst().orElseThrow();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 3 * SEGMENT + 77})
  void whatIsWrittenIsReadWholeAndInParts(int size) throws IOException {
    byte[] content = random(size);
    String digest = blobs().put(content);
    assertThat(blobs().get(digest).orElseThrow()).isEqualTo(content);
    BlobReader reader = blobs().open(digest).orElseThrow();
    assertThat(reader.size()).isEqualTo(size);
    for (int from : new int[] {0, size / 2, size - 1, size, SEGMENT - 3, SEGMENT, size + 5}) {
      for (int bytes : new int[] {0, 1, 7, SEGMENT, 2 * SEGMENT + 1}) {
        if (from >= 0) {
          int begin = Math.min(from, size);
          assertThat(reader.read(from, bytes))
              .isEqualTo(Arrays.copyOfRange(content, begin, Math.min(size, begin + bytes)));
        }
      }
    }
    assertThat(SealedBlob.is(only("sha256"))).isTrue();
  }

  @Test
  void whateverIsAlteredIsNamed() throws IOException {
    byte[] content = random(2 * SEGMENT + 50);
    blobs().putNamed("sum-1", content);
    Path file = only("named");
    byte[] sealed = Files.readAllBytes(file);
    for (int at : new int[] {0, 9, 13, 20, 30, SEGMENT, SEGMENT + 60, sealed.length - 1}) {
      byte[] other = sealed.clone();
      other[at] ^= 1;
      Files.write(file, other);
      assertThatThrownBy(() -> blobs().openNamed("sum-1").orElseThrow().all())
          .as("byte %d", at)
          .isInstanceOfAny(StoreException.Altered.class, NumberFormatException.class);
    }
    int head = sealed.length - content.length - 3 * 16;
    for (int length : new int[] {0, 5, head - 1, head, head + 15, head + SEGMENT + 16}) {
      Files.write(file, Arrays.copyOf(sealed, length));
      assertThatThrownBy(() -> blobs().openNamed("sum-1").orElseThrow().all())
          .as("cut to %d", length)
          .isInstanceOf(StoreException.Altered.class)
          .hasMessageContaining("sum-1");
    }
    byte[] exchanged = sealed.clone();
    System.arraycopy(sealed, head + SEGMENT + 16, exchanged, head, SEGMENT + 16);
    System.arraycopy(sealed, head, exchanged, head + SEGMENT + 16, SEGMENT + 16);
    Files.write(file, exchanged);
    assertThatThrownBy(() -> blobs().openNamed("sum-1").orElseThrow().all())
        .hasMessageContaining("segment 0 does not open");
    Files.write(file, sealed);
    assertThat(blobs().openNamed("sum-1").orElseThrow().all()).isEqualTo(content);
    Files.move(file, file.resolveSibling("sum-2"));
    assertThatThrownBy(() -> blobs().openNamed("sum-2").orElseThrow().all())
        .as("one blob under another's name")
        .isInstanceOf(StoreException.Altered.class);
  }

  @Test
  void whatAnEarlierProgramWroteIsSealedAtStart() throws IOException {
    Blobs plain = new Blobs(directory);
    byte[] model = random(1000);
    String digest = plain.put(model);
    plain.putNamed("sum-1", model);
    plain.putNamed("upload-1", model);
    assertThatThrownBy(() -> blobs().get(digest)).hasMessageContaining("is not sealed");
    blobs().sealAll(seal, name -> name.startsWith("upload-"));
    assertThat(blobs().get(digest).orElseThrow()).isEqualTo(model);
    assertThat(blobs().openNamed("sum-1").orElseThrow().all()).isEqualTo(model);
    assertThat(Files.readAllBytes(blobs().namedPath("upload-1"))).isEqualTo(model);
    byte[] once = Files.readAllBytes(only("sha256"));
    blobs().sealAll(seal, name -> name.startsWith("upload-"));
    assertThat(Files.readAllBytes(only("sha256"))).as("not again").isEqualTo(once);
    owner.set("second");
    blobs().sealAll(seal, name -> name.startsWith("upload-"));
    assertThat(SealedBlob.header(only("sha256"))).startsWith("second".getBytes());
    assertThat(blobs().get(digest).orElseThrow()).isEqualTo(model);
  }

  @Test
  void aFileThatIsDamagedIsNamedAndKeepsNoOtherFromBeingSealed() throws IOException {
    Blobs plain = new Blobs(directory);
    List<String> digests = new ArrayList<>();
    for (int size = 100; size < 110; size++) {
      digests.add(plain.put(random(size)));
    }
    plain.putNamed("sum-1", random(7));
    Files.write(plain.file(digests.get(4)), List.of("another"));
    List<String> unsealed = blobs().sealAll(seal, name -> false);
    assertThat(unsealed).hasSize(1);
    assertThat(unsealed.get(0)).contains(digests.get(4)).contains("is damaged");
    assertThat(blobs().openNamed("sum-1").orElseThrow().all()).isEqualTo(random(7));

    owner.set("second");
    Path cut = plain.file(digests.get(7));
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 50));
    Files.writeString(cut.resolveSibling("notes.txt"), "of somebody");
    Files.createDirectory(directory.resolve("named/Lost+Found"));
    assertThat(blobs().sealAll(seal, name -> false)).hasSize(4);
    for (int i = 0; i < digests.size(); i++) {
      String digest = digests.get(i);
      if (i == 4 || i == 7) {
        assertThatThrownBy(() -> blobs().get(digest)).isInstanceOf(StoreException.Altered.class);
      } else {
        assertThat(blobs().get(digest).orElseThrow()).isEqualTo(random(100 + i));
        assertThat(SealedBlob.header(plain.file(digest))).startsWith("second".getBytes());
      }
    }
  }

  /** Here a folder stands where the file's next version would be written. */
  @Test
  void whatTheDiskDoesNotTakeStaysAndIsSealedAtTheNextStart() throws IOException {
    String digest = new Blobs(directory).put(random(100));
    String other = new Blobs(directory).put(random(101));
    Path file = new Blobs(directory).file(digest);
    Path inTheWay = file.resolveSibling(digest + ".tmp");
    Files.createDirectory(inTheWay);
    Files.createDirectory(inTheWay.resolve("full"));
    assertThat(blobs().sealAll(seal, name -> false))
        .singleElement()
        .asString()
        .contains(digest)
        .contains("cannot write");
    assertThat(Files.readAllBytes(file)).isEqualTo(random(100));
    assertThatThrownBy(() -> blobs().get(digest)).isInstanceOf(StoreException.Altered.class);
    assertThat(blobs().get(other).orElseThrow()).isEqualTo(random(101));
    Files.delete(inTheWay.resolve("full"));
    Files.delete(inTheWay);
    assertThat(blobs().sealAll(seal, name -> false)).isEmpty();
    assertThat(blobs().get(digest).orElseThrow()).isEqualTo(random(100));
  }

  @Test
  void whetherAnythingLiesSealedIsFound() throws IOException {
    assertThat(Blobs.anySealed(directory.resolve("none"), name -> false)).isEmpty();
    new Blobs(directory).put(random(100));
    new Blobs(directory).putNamed("upload-1", "cncseal1, says a member".getBytes());
    assertThat(Blobs.anySealed(directory, name -> name.startsWith("upload-"))).isEmpty();
    blobs().putNamed("sum-1", random(3));
    assertThat(Blobs.anySealed(directory, name -> name.startsWith("upload-")))
        .contains(directory.resolve("named").resolve("sum-1"));
  }
}

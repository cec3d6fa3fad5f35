package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
  void aPlainModelThatIsAnotherIsNotSealed() throws IOException {
    new Blobs(directory).put(random(100));
    Files.write(only("sha256"), List.of("another"));
    assertThatThrownBy(() -> blobs().sealAll(seal, name -> false))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("is damaged");
  }
}

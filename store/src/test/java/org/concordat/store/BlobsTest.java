package org.concordat.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobsTest {
  @TempDir Path directory;

  @Test
  void contentComesBackByItsDigest() {
    Blobs blobs = new Blobs(directory);
    String digest = blobs.put(new byte[] {1, 2, 3});
    assertThat(digest)
        .isEqualTo("039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81");
    assertThat(blobs.put(new byte[] {1, 2, 3})).isEqualTo(digest);
    assertThat(new Blobs(directory).get(digest).orElseThrow()).containsExactly(1, 2, 3);
    assertThat(blobs.get("00".repeat(32))).isEmpty();
  }

  @Test
  void whatAKilledProcessWroteHalfIsRemoved() throws Exception {
    new Blobs(directory).putNamed("whole", new byte[] {1});
    Files.write(directory.resolve("named/half.tmp"), new byte[] {1, 2});
    assertThat(new Blobs(directory).names()).containsExactly("whole");
  }

  @Test
  void aDamagedBlobIsNotReturned() throws Exception {
    Blobs blobs = new Blobs(directory);
    String digest = blobs.put(new byte[] {1, 2, 3});
    Files.write(blobs.file(digest), new byte[] {1, 2, 4});
    assertThatThrownBy(() -> blobs.get(digest))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("damaged");
  }

  @Test
  void partsGrowAndCanBeErased() {
    Blobs blobs = new Blobs(directory);
    blobs.writePart("upload-1", 0, ByteBuffer.wrap(new byte[] {1, 2}));
    blobs.writePart("upload-1", 2, ByteBuffer.wrap(new byte[] {3}));
    blobs.sync("upload-1");
    assertThat(blobs.namedSize("upload-1")).isEqualTo(3);
    assertThat(blobs.names()).containsExactly("upload-1");
    blobs.erase("upload-1");
    assertThat(blobs.namedSize("upload-1")).isZero();
  }

  @Test
  void namesCannotLeaveTheDirectory() {
    Blobs blobs = new Blobs(directory);
    assertThatThrownBy(() -> blobs.putNamed("../x", new byte[0]))
        .isInstanceOf(StoreException.class);
    assertThatThrownBy(() -> blobs.get("../../etc")).isInstanceOf(StoreException.class);
  }
}

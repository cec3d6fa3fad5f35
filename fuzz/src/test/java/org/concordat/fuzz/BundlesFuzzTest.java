package org.concordat.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.concordat.protocol.bundle.BadBundleException;
import org.concordat.protocol.bundle.BundleReader;
import org.concordat.protocol.v1.BundleHeader;

/** A file across an air gap: any bytes, and any items behind a header that vouches for them. */
class BundlesFuzzTest {
  private static final byte[] BEGIN = "concordat-bundle".getBytes(StandardCharsets.US_ASCII);

  @FuzzTest(maxDuration = "25s")
  void opens(byte[] data) throws IOException {
    Path file = Files.createTempFile("bundle", ".fuzz");
    try {
      Files.write(file, data);
      try (BundleReader reader = new BundleReader(file)) {
        BundleReader.header(reader.signedHeader());
      }
    } catch (BadBundleException named) {
      // the one answer to malformed bytes
    } finally {
      Files.delete(file);
    }
  }

  @FuzzTest(maxDuration = "25s")
  void readsItems(byte[] items) throws IOException, GeneralSecurityException {
    Path file = Files.createTempFile("bundle", ".fuzz");
    try {
      Files.write(
          file,
          ByteBuffer.allocate(BEGIN.length + 5 + items.length)
              .put(BEGIN)
              .putInt(1)
              .put((byte) 0)
              .put(items)
              .array());
      try (BundleReader reader = new BundleReader(file)) {
        reader.accept(
            BundleHeader.newBuilder()
                .setContentBytes(items.length)
                .setContentSha256(
                    ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(items)))
                .build(),
            null);
        while (reader.next().isPresent()) {
          // each is read
        }
      }
    } catch (BadBundleException named) {
      // the one answer to malformed bytes
    } finally {
      Files.delete(file);
    }
  }
}

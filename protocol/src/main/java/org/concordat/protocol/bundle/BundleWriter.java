package org.concordat.protocol.bundle;

import com.google.protobuf.ByteString;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.function.UnaryOperator;
import org.concordat.protocol.v1.BundleHeader;
import org.concordat.protocol.v1.BundleItem;
import org.jspecify.annotations.Nullable;

/**
 * Writes a bundle: the items first, then the signed header before them. The file appears whole or
 * not at all, for its owner only.
 */
public final class BundleWriter implements Closeable {
  /** What an envelope's payload type says of a header. */
  public static final String TYPE = "bundle";

  static final byte[] MAGIC = "concordat-bundle".getBytes(StandardCharsets.US_ASCII);
  static final int FORMAT = 1;

  private final Path target;
  private final Path content;
  private final Path whole;
  private final @Nullable BundleSeal seal;
  private final DigestOutputStream digest;
  private final DataOutputStream out;

  /**
   * @param seal for what the coordinator makes; null for a member's
   * @throws IOException if there is no room
   */
  public BundleWriter(Path target, @Nullable BundleSeal seal) throws IOException {
    this.target = target;
    this.seal = seal;
    Path folder = target.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    this.content = Files.createTempFile(folder, ".bundle-", ".content"); // rw-------
    this.whole = content.resolveSibling(content.getFileName() + ".whole");
    this.digest =
        new DigestOutputStream(new BufferedOutputStream(Files.newOutputStream(content)), sha256());
    this.out = new DataOutputStream(digest);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static Path forOwner(Path file) throws IOException {
    return Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  public void add(BundleItem item) throws IOException {
    byte[] bytes = item.toByteArray();
    byte[] written = seal == null ? bytes : seal.seal(bytes);
    out.writeInt(written.length);
    out.write(written);
  }

  /**
   * Puts the file in its place. Durable when it returns.
   *
   * @param header without format and what is known of the content
   * @param sign makes the signed envelope of the header's bytes
   */
  public void finish(BundleHeader header, UnaryOperator<byte[]> sign) throws IOException {
    out.close();
    byte[] signed =
        sign.apply(
            header.toBuilder()
                .setFormat(FORMAT)
                .setContentSha256(ByteString.copyFrom(digest.getMessageDigest().digest()))
                .setContentBytes(Files.size(content))
                .build()
                .toByteArray());
    Files.deleteIfExists(whole);
    try (DataOutputStream file =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(forOwner(whole))))) {
      file.write(MAGIC);
      file.writeInt(signed.length);
      file.write(signed);
      Files.copy(content, file);
    }
    try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(content);
    Files.deleteIfExists(whole);
  }
}

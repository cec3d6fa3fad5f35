package org.concordat.protocol.bundle;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.concordat.protocol.bundle.BadBundleException.Reason;
import org.concordat.protocol.v1.BundleHeader;
import org.concordat.protocol.v1.BundleItem;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.SignedEnvelope;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bundle. First {@link #signedHeader}, whose signature the caller checks; then {@link
 * #accept}, which checks that the whole content is what was signed; only then {@link #next}.
 */
public final class BundleReader implements Closeable {
  private static final int MAX_HEADER_BYTES = 4096;

  /** An item is a message of a session at the most. */
  private static final int MAX_ITEM_BYTES = 1 << 28;

  private final Path file;
  private final DataInputStream in;
  private final byte[] signedHeader;
  private @Nullable BundleSeal seal;
  private boolean accepted;

  /**
   * @throws BadBundleException if it does not begin as a bundle
   */
  public BundleReader(Path file) throws IOException, BadBundleException {
    this.file = file;
    this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    try {
      this.signedHeader = header(in, file);
    } catch (IOException | BadBundleException failure) {
      in.close();
      throw failure;
    }
  }

  private static byte[] header(DataInputStream in, Path file)
      throws IOException, BadBundleException {
    byte[] magic = in.readNBytes(BundleWriter.MAGIC.length);
    if (!Arrays.equals(magic, BundleWriter.MAGIC)) {
      throw new BadBundleException(
          Reason.NO_BUNDLE, file + " does not begin as a bundle: give the file that was exported");
    }
    try {
      int length = in.readInt();
      if (length < 1 || length > MAX_HEADER_BYTES) {
        throw new BadBundleException(
            Reason.ALTERED, "a header of " + length + " bytes, at most " + MAX_HEADER_BYTES);
      }
      byte[] header = in.readNBytes(length);
      if (header.length == length) {
        return header;
      }
    } catch (EOFException tooShort) {
      // told below
    }
    throw incomplete(file, Files.size(file), "its header");
  }

  private static BadBundleException incomplete(Path file, long bytes, String due) {
    return new BadBundleException(
        Reason.INCOMPLETE,
        "%s ends after %d bytes, before the end of %s: copy it again".formatted(file, bytes, due));
  }

  /** The envelope of a {@link BundleHeader}, as it was read. */
  public byte[] signedHeader() {
    return signedHeader.clone();
  }

  /**
   * That the file says it is of an alliance, before its signature is looked at: that of another one
   * would not be understood.
   *
   * @throws BadBundleException if it is of another
   */
  public void requireAlliance(String own) throws BadBundleException {
    String claimed = envelope().getAlliance();
    if (!claimed.equals(own)) {
      throw new BadBundleException(
          Reason.FOREIGN,
          "it is of alliance '%s', this is '%s'"
              .formatted(claimed.replaceAll("[^a-zA-Z0-9.-]", "?"), own));
    }
  }

  /**
   * The header as the file has it, before its signature is looked at: it tells a carrier where to
   * bring the file, and nobody else anything.
   *
   * @throws BadBundleException if it is none of this format
   */
  public BundleHeader claimed() throws BadBundleException {
    return header(envelope().getPayload().toByteArray());
  }

  private Envelope envelope() throws BadBundleException {
    try {
      return Envelope.parseFrom(SignedEnvelope.parseFrom(signedHeader).getEnvelope());
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadBundleException(Reason.NOT_SIGNED, "its header is no signed envelope");
    }
  }

  /**
   * Whether a file with this header, whose signature is good, is due here and now.
   *
   * @param genesisDigest of the genesis that is pinned here
   * @param self whom files must be for
   * @param taken the highest number that was taken of its maker
   * @throws BadBundleException FOREIGN, OTHER_ADDRESSEE, REPLAYED or OLDER
   */
  public static void requireDue(BundleHeader header, byte[] genesisDigest, String self, long taken)
      throws BadBundleException {
    if (!Arrays.equals(header.getGenesisDigest().toByteArray(), genesisDigest)) {
      throw new BadBundleException(
          Reason.FOREIGN, "its maker has pinned another genesis than this alliance's");
    }
    if (!header.getTo().equals(self)) {
      throw new BadBundleException(
          Reason.OTHER_ADDRESSEE, "it is for '%s', not for '%s'".formatted(header.getTo(), self));
    }
    if (header.getNumber() <= taken) {
      throw new BadBundleException(
          header.getNumber() == taken ? Reason.REPLAYED : Reason.OLDER,
          "it is number %d, and number %d was taken already: bring the newest"
              .formatted(header.getNumber(), taken));
    }
  }

  /**
   * A header as it was signed.
   *
   * @throws BadBundleException if it is none of this format
   */
  public static BundleHeader header(byte[] payload) throws BadBundleException {
    try {
      BundleHeader header = BundleHeader.parseFrom(payload);
      if (header.getFormat() == BundleWriter.FORMAT) {
        return header;
      }
      throw new BadBundleException(
          Reason.NO_BUNDLE,
          "its format is %d, this program reads %d"
              .formatted(header.getFormat(), BundleWriter.FORMAT));
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadBundleException(Reason.ALTERED, "its header is malformed");
    }
  }

  /**
   * Checks the content, all of it, against a header whose signature is good.
   *
   * @param opens what the items were sealed with; null for a member's bundle
   */
  public void accept(BundleHeader header, @Nullable BundleSeal opens)
      throws IOException, BadBundleException {
    long before = BundleWriter.MAGIC.length + 4L + signedHeader.length;
    long size = Files.size(file) - before;
    if (size < header.getContentBytes()) {
      throw incomplete(file, size + before, header.getContentBytes() + before + " bytes");
    }
    MessageDigest sha256 = BundleWriter.sha256();
    try (InputStream content =
        new DigestInputStream(new BufferedInputStream(Files.newInputStream(file)), sha256)) {
      ((DigestInputStream) content).on(false);
      content.skipNBytes(before);
      ((DigestInputStream) content).on(true);
      content.transferTo(OutputStream.nullOutputStream());
    }
    if (size != header.getContentBytes()
        || !MessageDigest.isEqual(sha256.digest(), header.getContentSha256().toByteArray())) {
      throw new BadBundleException(
          Reason.ALTERED, file + " is not as its maker signed it: copy it again, or ask for it");
    }
    seal = opens;
    accepted = true;
  }

  /**
   * The next item; empty at the end.
   *
   * @throws IllegalStateException before {@link #accept}
   */
  public Optional<BundleItem> next() throws IOException, BadBundleException {
    if (!accepted) {
      throw new IllegalStateException("the content was not checked");
    }
    byte[] prefix = in.readNBytes(Integer.BYTES);
    if (prefix.length == 0) {
      return Optional.empty();
    }
    if (prefix.length != Integer.BYTES) {
      throw new BadBundleException(Reason.ALTERED, "an item ends before its length");
    }
    int length = ByteBuffer.wrap(prefix).getInt();
    if (length < 0 || length > MAX_ITEM_BYTES) {
      throw new BadBundleException(Reason.ALTERED, "an item of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new BadBundleException(Reason.ALTERED, "an item ends before its length");
    }
    try {
      return Optional.of(BundleItem.parseFrom(seal == null ? bytes : seal.open(bytes)));
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadBundleException(Reason.ALTERED, "an item is malformed");
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}

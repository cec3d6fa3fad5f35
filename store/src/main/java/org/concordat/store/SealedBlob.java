package org.concordat.store;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A blob as it lies encrypted: a mark, the header's length (32 bits, big-endian), the header, and
 * segments of 256 KiB, each with AES-256-GCM (SP 800-38D) under the blob's own key. A segment's
 * nonce is its number, with the highest bit set in the last one; header and name are its associated
 * data. So segments that are altered, exchanged, left out or of another blob do not open.
 */
public final class SealedBlob {
  /** Plain bytes of all segments but the last. */
  static final int SEGMENT_BYTES = 256 << 10;

  /** The longest header that is read. */
  public static final int MAX_HEADER_BYTES = 1 << 20;

  private static final byte[] MARK = "cncseal1".getBytes(StandardCharsets.US_ASCII);
  private static final int TAG_BYTES = 16;
  private static final int LAST = 1 << 31;

  private SealedBlob() {}

  /** Whether a file begins as a sealed blob does. */
  public static boolean is(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(MARK.length), MARK);
    }
  }

  /**
   * The header of a sealed blob, not authenticated.
   *
   * @throws StoreException if it is none
   */
  public static byte[] header(Path file) throws IOException {
    try (var in = new DataInputStream(Files.newInputStream(file))) {
      if (!Arrays.equals(in.readNBytes(MARK.length), MARK)) {
        throw new StoreException.Altered(file + " is not sealed");
      }
      int length = in.readInt();
      if (length < 0 || length > MAX_HEADER_BYTES) {
        throw damaged(file, "its header has " + length + " bytes");
      }
      byte[] header = in.readNBytes(length);
      if (header.length < length) {
        throw damaged(file, "it ends in its header");
      }
      return header;
    } catch (EOFException cut) {
      throw damaged(file, "it ends in its header");
    }
  }

  /** Writes a blob; not durable before the channel is forced. */
  static void write(FileChannel channel, String name, byte[] content, BlobSeal.Fresh fresh)
      throws IOException {
    byte[] associated = associated(name, fresh.header());
    ByteBuffer head =
        ByteBuffer.allocate(MARK.length + Integer.BYTES + fresh.header().length)
            .put(MARK)
            .putInt(fresh.header().length)
            .put(fresh.header())
            .flip();
    write(channel, head);
    int segments = segments(content.length);
    try {
      for (int i = 0; i < segments; i++) {
        int from = i * SEGMENT_BYTES;
        int length = Math.min(SEGMENT_BYTES, content.length - from);
        Cipher cipher = cipher(Cipher.ENCRYPT_MODE, fresh.key(), i, i == segments - 1, associated);
        write(channel, ByteBuffer.wrap(cipher.doFinal(content, from, length)));
      }
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("AES-256-GCM failed to seal", impossible);
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static int segments(long plainBytes) {
    return (int) Math.max(1, (plainBytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES);
  }

  /** Bytes of the blob in it; no more than the file's length says, not authenticated. */
  static long size(Path file, byte[] header) throws IOException {
    long body = Files.size(file) - bodyAt(header);
    long segments =
        Math.max(1, (body + SEGMENT_BYTES + TAG_BYTES - 1) / (SEGMENT_BYTES + TAG_BYTES));
    long size = body - segments * TAG_BYTES;
    if (size < 0) {
      throw damaged(file, "it is cut off");
    }
    return size;
  }

  private static long bodyAt(byte[] header) {
    return MARK.length + Integer.BYTES + (long) header.length;
  }

  /**
   * Bytes of a blob, as many as there are up to the number asked for.
   *
   * @throws StoreException if a segment with them is altered, or the key is another's
   */
  static byte[] read(Path file, String name, byte[] header, byte[] key, long from, int bytes)
      throws IOException {
    long size = size(file, header);
    long begin = size == 0 ? 0 : from; // of an empty one the tag is looked at, too
    long end = Math.min(size, from + bytes);
    if (begin >= end && size > 0) {
      return new byte[0];
    }
    byte[] associated = associated(name, header);
    int last = segments(size) - 1;
    ByteBuffer out = ByteBuffer.allocate((int) Math.max(0, end - begin));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      for (int i = (int) (begin / SEGMENT_BYTES);
          i <= last && (long) i * SEGMENT_BYTES <= Math.max(0, end - 1);
          i++) {
        byte[] plain = segment(channel, file, header, key, i, i == last, associated);
        int skip = (int) Math.max(0, begin - (long) i * SEGMENT_BYTES);
        out.put(plain, skip, Math.min(plain.length - skip, out.remaining()));
      }
    }
    return out.array();
  }

  private static byte[] segment(
      FileChannel channel,
      Path file,
      byte[] header,
      byte[] key,
      int number,
      boolean last,
      byte[] associated)
      throws IOException {
    ByteBuffer sealed = ByteBuffer.allocate(SEGMENT_BYTES + TAG_BYTES);
    long at = bodyAt(header) + (long) number * (SEGMENT_BYTES + TAG_BYTES);
    while (sealed.hasRemaining() && channel.read(sealed, at + sealed.position()) > 0) {
      continue;
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, key, number, last, associated)
          .doFinal(sealed.array(), 0, sealed.position());
    } catch (GeneralSecurityException altered) {
      throw damaged(file, "segment " + number + " does not open: altered, or another key's");
    }
  }

  /**
   * A whole blob.
   *
   * @param name that it was sealed under
   * @throws StoreException if it is altered, or the key is another's
   */
  public static byte[] open(Path file, String name, byte[] key) throws IOException {
    byte[] header = header(file);
    return read(file, name, header, key, 0, Math.toIntExact(size(file, header)));
  }

  private static Cipher cipher(int mode, byte[] key, int number, boolean last, byte[] associated)
      throws GeneralSecurityException {
    byte[] nonce = ByteBuffer.allocate(12).putInt(8, last ? number | LAST : number).array();
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(associated);
    return cipher;
  }

  private static byte[] associated(String name, byte[] header) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(MARK);
      sha256.update(ByteBuffer.allocate(4).putInt(header.length).array());
      sha256.update(header);
      return sha256.digest(name.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }

  private static StoreException damaged(Path file, String why) {
    return new StoreException.Altered(
        file + " is damaged or altered: " + why + "; put it back from a backup");
  }
}

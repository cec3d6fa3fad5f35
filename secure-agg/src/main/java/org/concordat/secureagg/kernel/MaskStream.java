package org.concordat.secureagg.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.concordat.secureagg.Bytes;

/**
 * A mask: the AES-256-CTR keystream (SP 800-38A 6.5, zero initial counter block) as 32-bit
 * little-endian words, word k for element k whatever b is, added to or subtracted from words in
 * memory. Through the JCE, whose CTR is an intrinsic. Not thread-safe.
 */
public final class MaskStream {
  /** Words made at a time: zeros, the words of two streams and the vector's stay in the cache. */
  static final int WORDS = 2048;

  static final String TRANSFORMATION = "AES/CTR/NoPadding";

  private static final int WORDS_PER_BLOCK = 4;
  private static final int BUFFER_BYTES = 4 * (WORDS + WORDS_PER_BLOCK - 1);
  private static final byte[] ZEROS = new byte[BUFFER_BYTES];
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final SecretKeySpec key;
  private final Cipher cipher;
  private long position = -1;

  /**
   * @param key 32 bytes
   */
  public MaskStream(Bytes key) {
    this.key = new SecretKeySpec(key.toArray(), "AES");
    try {
      this.cipher = Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no AES/CTR", e);
    }
  }

  /** Room for what {@link #fill} makes. */
  static byte[] newBuffer() {
    return new byte[BUFFER_BYTES];
  }

  /**
   * Adds (or subtracts) the words of elements {@code element…element+count-1} to {@code
   * words[at..at+count)}. Seeking anywhere gives the same words as streaming from 0.
   */
  public void apply(int[] words, int at, int count, long element, boolean add) {
    Objects.checkFromIndexSize(at, count, words.length);
    byte[] buffer = newBuffer();
    for (int done = 0; done < count; ) {
      int take = Math.min(WORDS, count - done);
      apply(words, at + done, take, element + done, add, buffer);
      done += take;
    }
  }

  /** As {@link #apply}, of at most {@link #WORDS} elements, with a buffer that the caller keeps. */
  void apply(int[] words, int at, int count, long element, boolean add, byte[] buffer) {
    fill(buffer, element, count);
    if (add) {
      for (int i = 0; i < count; i++) {
        words[at + i] += (int) INT.get(buffer, 4 * i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        words[at + i] -= (int) INT.get(buffer, 4 * i);
      }
    }
  }

  /**
   * Two streams at once: each element's word is read and written once for both.
   *
   * @param buffers two
   */
  static void applyTwo(
      MaskStream first,
      MaskStream second,
      int[] words,
      int at,
      int count,
      long element,
      boolean add,
      byte[][] buffers) {
    byte[] one = buffers[0];
    byte[] two = buffers[1];
    first.fill(one, element, count);
    second.fill(two, element, count);
    if (add) {
      for (int i = 0; i < count; i++) {
        words[at + i] += (int) INT.get(one, 4 * i) + (int) INT.get(two, 4 * i);
      }
    } else {
      for (int i = 0; i < count; i++) {
        words[at + i] -= (int) INT.get(one, 4 * i) + (int) INT.get(two, 4 * i);
      }
    }
  }

  /**
   * Makes the words of elements {@code element…element+count-1}.
   *
   * @param out a {@link #newBuffer}, gets 4 bytes for each, from its start
   * @param count at most {@link #WORDS}
   */
  void fill(byte[] out, long element, int count) {
    int skip = 0;
    if (element != position) {
      skip = (int) (element % WORDS_PER_BLOCK);
      seek(element / WORDS_PER_BLOCK);
    }
    make(out, 0, 4 * (skip + count));
    position = element + count;
    if (skip > 0) {
      System.arraycopy(out, 4 * skip, out, 0, 4 * count);
    }
  }

  /** The stream's next bytes, from where {@link #apply} or the last call ended; first from 0. */
  public void nextBytes(byte[] out) {
    if (position < 0) {
      seek(0);
      position = 0;
    }
    for (int at = 0; at < out.length; at += BUFFER_BYTES) {
      make(out, at, Math.min(BUFFER_BYTES, out.length - at));
    }
    position += out.length / 4;
  }

  private void seek(long block) {
    byte[] counter = ByteBuffer.allocate(16).putLong(8, block).array();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-CTR refused its key or counter", e);
    }
  }

  private void make(byte[] out, int at, int bytes) {
    try {
      int made = cipher.update(ZEROS, 0, bytes, out, at);
      if (made != bytes) {
        throw new IllegalStateException("CTR gave " + made + " of " + bytes + " bytes");
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-CTR failed", e);
    }
  }
}

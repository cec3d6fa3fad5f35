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
  /** Bytes of keystream made at a time: zeros, keystream and words together stay in the cache. */
  static final int BUFFER_BYTES = 16 << 10;

  static final String TRANSFORMATION = "AES/CTR/NoPadding";

  /** Elements of one buffer. */
  static final int WORDS = BUFFER_BYTES / 4;

  private static final int WORDS_PER_BLOCK = 4;
  private static final byte[] ZEROS = new byte[BUFFER_BYTES];
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final SecretKeySpec key;
  private final Cipher cipher;
  private final byte[] buffer;
  private long position = -1;

  /**
   * @param key 32 bytes
   */
  public MaskStream(Bytes key) {
    this(key, new byte[BUFFER_BYTES]);
  }

  /** Streams used in turn by one thread may share {@code buffer}, so that it stays in the cache. */
  MaskStream(Bytes key, byte[] buffer) {
    this.buffer = buffer;
    this.key = new SecretKeySpec(key.toArray(), "AES");
    try {
      this.cipher = Cipher.getInstance(TRANSFORMATION);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java platform has no AES/CTR", e);
    }
  }

  /**
   * Adds (or subtracts) the words of elements {@code element…element+count-1} to {@code
   * words[at..at+count)}. Seeking anywhere gives the same words as streaming from 0.
   */
  public void apply(int[] words, int at, int count, long element, boolean add) {
    Objects.checkFromIndexSize(at, count, words.length);
    int skip = 0;
    if (element != position) {
      skip = (int) (element % WORDS_PER_BLOCK);
      seek(element / WORDS_PER_BLOCK);
    }
    int done = 0;
    while (done < count) {
      int take = Math.min(WORDS - skip, count - done);
      fill(4 * (skip + take));
      fuse(words, at + done, skip, take, add);
      done += take;
      skip = 0;
    }
    position = element + count;
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

  private void fuse(int[] words, int at, int skip, int take, boolean add) {
    if (add) {
      for (int i = 0; i < take; i++) {
        words[at + i] += (int) INT.get(buffer, 4 * (skip + i));
      }
    } else {
      for (int i = 0; i < take; i++) {
        words[at + i] -= (int) INT.get(buffer, 4 * (skip + i));
      }
    }
  }

  private void seek(long block) {
    byte[] counter = ByteBuffer.allocate(16).putLong(8, block).array();
    try {
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(counter));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-CTR refused its key or counter", e);
    }
  }

  private void fill(int bytes) {
    make(buffer, 0, bytes);
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

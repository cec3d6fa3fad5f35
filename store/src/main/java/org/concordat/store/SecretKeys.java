package org.concordat.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of secret entries, one each, in a file of 32-byte slots that are overwritten in place. A
 * database cannot promise that what was removed is gone: its log keeps old pages, and SQLite leaves
 * pieces of moved rows behind where it splits and merges pages, whatever {@code secure_delete} says
 * (ErasureTest shows it). So a secret's body is encrypted (AES-256-GCM, a fresh key for every body)
 * before the database sees it, and erasing it is overwriting its key.
 *
 * <p>A key is in the file, durably, before a row refers to it; it is overwritten, durably, after
 * the row is gone. What a crash leaves in between is overwritten when the store is opened. Blocks
 * that a disk, a copying file system or a snapshot keeps are out of reach.
 */
final class SecretKeys implements AutoCloseable {
  private static final int KEY_BYTES = 32;
  private static final int TAG_BITS = 128;
  private static final int POOL = 128;

  /** Each key encrypts one body, so the nonce may be the same for all. */
  private static final byte[] NONCE = new byte[12];

  /** An encrypted body and where its key stands. */
  record Sealed(long slot, byte[] body) {}

  private final Path file;
  private final FileChannel channel;
  private final SecureRandom random = new SecureRandom();

  /** Slots that hold a key: of rows, of the pool, or owed. */
  private final BitSet used = new BitSet();

  /** Slots with keys that are durable and that no row has used yet: taking one costs no flush. */
  private final ArrayDeque<Long> pool = new ArrayDeque<>();

  /** Slots whose rows are gone and that are not overwritten yet. */
  private final Set<Long> owed = new HashSet<>();

  private SecretKeys(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the file, or makes it, and overwrites every key that no row refers to.
   *
   * @throws StoreException if it cannot be read and written
   */
  static SecretKeys open(Path file, Collection<Long> referred) {
    FileChannel channel = null;
    try {
      channel =
          Files.exists(file)
              ? FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)
              : FileChannel.open(
                  file,
                  EnumSet.of(
                      StandardOpenOption.READ,
                      StandardOpenOption.WRITE,
                      StandardOpenOption.CREATE_NEW),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")));
      SecretKeys keys = new SecretKeys(file, channel);
      referred.forEach(slot -> keys.used.set(Math.toIntExact(slot)));
      keys.overwriteLeftOver();
      return keys;
    } catch (IOException failure) {
      closeQuietly(channel);
      throw new StoreException(said(file, failure), failure);
    }
  }

  private void overwriteLeftOver() throws IOException {
    long slots = channel.size() / KEY_BYTES;
    for (long slot = 0; slot < slots; slot++) {
      if (!used.get((int) slot) && !isEmpty(slot)) {
        owed.add(slot);
      }
    }
    settle();
    channel.force(true);
  }

  private boolean isEmpty(long slot) throws IOException {
    return Arrays.equals(read(slot), new byte[KEY_BYTES]);
  }

  private byte[] read(long slot) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(KEY_BYTES);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, slot * KEY_BYTES + buffer.position()) < 0) {
        break; // a slot that was never written reads as zeros
      }
    }
    return buffer.array();
  }

  /**
   * Encrypts a body under a new key, which is durable.
   *
   * @param name of the entry, bound to the body
   */
  synchronized Sealed seal(String name, byte[] body) {
    byte[] key = new byte[0];
    try {
      if (pool.isEmpty()) {
        fill();
      }
      key = read(pool.element());
      long slot = pool.remove();
      return new Sealed(slot, cipher(Cipher.ENCRYPT_MODE, key, name).doFinal(body));
    } catch (IOException failure) {
      throw new StoreException(said(file, failure), failure);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every JDK has AES-GCM", impossible);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private void fill() throws IOException {
    List<Long> filled = new ArrayList<>();
    byte[] key = new byte[KEY_BYTES];
    try {
      int slot = -1;
      while (filled.size() < POOL) {
        slot = used.nextClearBit(slot + 1);
        random.nextBytes(key);
        write(slot, key);
        filled.add((long) slot);
      }
      channel.force(true);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
    filled.forEach(slot -> used.set(Math.toIntExact(slot)));
    pool.addAll(filled);
  }

  /** Decrypts a body. */
  synchronized byte[] open(long slot, String name, byte[] body) {
    byte[] key = new byte[0];
    try {
      key = read(slot);
      return cipher(Cipher.DECRYPT_MODE, key, name).doFinal(body);
    } catch (IOException failure) {
      throw new StoreException(said(file, failure), failure);
    } catch (GeneralSecurityException notItsKey) {
      throw new StoreException(
          "a secret cannot be read with its key in "
              + file
              + ": database and keys are not of one moment. Next: a state directory is never put"
              + " together from copies; move it away, and the site asks the other members",
          notItsKey);
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  private static Cipher cipher(int mode, byte[] key, String name) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, NONCE));
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  /**
   * Overwrites keys, durably.
   *
   * @throws StoreException if that failed; it is tried again by {@link #settle} and at the next
   *     opening
   */
  synchronized void erase(Collection<Long> slots) {
    owed.addAll(slots);
    settle();
  }

  /**
   * Overwrites what is owed.
   *
   * @throws StoreException if a key cannot be overwritten: nothing may be sent that promises it
   */
  synchronized void settle() {
    if (owed.isEmpty()) {
      return;
    }
    try {
      for (long slot : owed) {
        write(slot, new byte[KEY_BYTES]);
      }
      channel.force(false);
    } catch (IOException failure) {
      throw new StoreException(said(file, failure), failure);
    }
    owed.forEach(slot -> used.clear(Math.toIntExact(slot)));
    owed.clear();
  }

  private void write(long slot, byte[] key) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(key);
    while (buffer.hasRemaining()) {
      channel.write(buffer, slot * KEY_BYTES + buffer.position());
    }
  }

  private static String said(Path file, IOException failure) {
    return "the keys in "
        + file
        + " cannot be read or written ("
        + failure.getClass().getSimpleName()
        + ": "
        + failure.getMessage()
        + "): check permissions and free space";
  }

  @Override
  public void close() {
    closeQuietly(channel);
  }

  private static void closeQuietly(@org.jspecify.annotations.Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException ignored) {
      // everything that matters was forced before
    }
  }
}

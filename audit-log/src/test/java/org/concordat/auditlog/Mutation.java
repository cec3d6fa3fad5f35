package org.concordat.auditlog;

import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;

/** Bytes with one to four random cuts, insertions, repetitions and flips. */
final class Mutation {
  private Mutation() {}

  static byte[] of(byte[] original, RandomGenerator random) {
    byte[] bytes = original;
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      bytes = once(bytes, random);
    }
    return bytes;
  }

  private static byte[] once(byte[] bytes, RandomGenerator random) {
    int from = random.nextInt(bytes.length + 1);
    int to = random.nextInt(from, bytes.length + 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, from);
    switch (random.nextInt(4)) {
      case 0 -> out.write(bytes, to, bytes.length - to);
      case 1 -> {
        byte[] noise = new byte[random.nextInt(1, 20)];
        random.nextBytes(noise);
        out.writeBytes(noise);
        out.write(bytes, from, bytes.length - from);
      }
      case 2 -> {
        out.write(bytes, from, to - from);
        out.write(bytes, from, bytes.length - from);
      }
      default -> {
        out.write(bytes, from, bytes.length - from);
        byte[] flipped = out.toByteArray();
        if (flipped.length > 0) {
          flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
      }
    }
    return out.toByteArray();
  }
}

package org.concordat.secureagg.kernel;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * Shamir sharing of 256-bit secrets over F_p, p = 2^61 - 1, in five limbs: four of 52 bits and one
 * of 48, most significant first. A share is five field elements, 40 bytes; abscissa = index + 1.
 * Fewer than T shares say nothing about the secret, whatever the computing power.
 */
public final class Shamir {
  public static final int SECRET_BYTES = 32;
  public static final int SHARE_BYTES = 40;

  static final long P = (1L << 61) - 1;
  private static final int LIMBS = 5;
  private static final int[] LIMB_BITS = {52, 52, 52, 52, 48};

  private Shamir() {}

  /**
   * Shares a secret.
   *
   * @param secret 32 bytes
   * @param threshold T, 1 to the number of holders
   * @param indices the holders' indices, 0 to 255
   * @return one share per holder, in their order
   */
  public static List<byte[]> share(
      byte[] secret, int threshold, List<Integer> indices, SecureRandom random) {
    check(secret.length == SECRET_BYTES, "a secret of %d bytes", secret.length);
    check(
        threshold >= 1 && threshold <= indices.size(),
        "threshold %d of %d",
        threshold,
        indices.size());
    long[] limbs = split(secret);
    long[][] polynomials = new long[LIMBS][];
    for (int limb = 0; limb < LIMBS; limb++) {
      polynomials[limb] = polynomial(limbs[limb], threshold, random);
    }
    List<byte[]> shares = new ArrayList<>(indices.size());
    for (int index : indices) {
      shares.add(evaluate(polynomials, index + 1));
    }
    return shares;
  }

  /**
   * Reconstructs secrets that were shared to the same holders; the interpolation coefficients are
   * computed once.
   *
   * @param indices T distinct indices, whose shares {@link Combiner#combine} takes in the same
   *     order
   */
  public static Combiner combiner(List<Integer> indices) {
    return new Combiner(coefficients(indices));
  }

  /** See {@link #combiner}. */
  public static final class Combiner {
    private final long[] coefficients;

    private Combiner(long[] coefficients) {
      this.coefficients = coefficients;
    }

    /**
     * @throws org.concordat.secureagg.codec.MalformedMessageException if the shares are no field
     *     elements or give limbs larger than any secret's: no honest dealer made them
     */
    public byte[] combine(List<byte[]> shares) {
      check(
          shares.size() == coefficients.length,
          "%d shares for %d holders",
          shares.size(),
          coefficients.length);
      long[] limbs = new long[LIMBS];
      for (int i = 0; i < coefficients.length; i++) {
        check(shares.get(i).length == SHARE_BYTES, "a share of %d bytes", shares.get(i).length);
        ByteBuffer share = ByteBuffer.wrap(shares.get(i));
        for (int limb = 0; limb < LIMBS; limb++) {
          long value = share.getLong();
          check(value >= 0 && value < P, "a share that is no field element");
          limbs[limb] = add(limbs[limb], multiply(coefficients[i], value));
        }
      }
      return join(limbs);
    }
  }

  private static long[] polynomial(long constant, int threshold, SecureRandom random) {
    long[] coefficients = new long[threshold];
    coefficients[0] = constant;
    byte[] bytes = new byte[8 * (threshold - 1)];
    random.nextBytes(bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    for (int i = 1; i < threshold; i++) {
      long value = in.getLong() & P;
      while (value == P) {
        value = random.nextLong() & P;
      }
      coefficients[i] = value;
    }
    return coefficients;
  }

  /** All limbs in one loop: each waits for its own product, not for the others'. */
  private static byte[] evaluate(long[][] polynomials, long x) {
    long[] first = polynomials[0];
    long[] second = polynomials[1];
    long[] third = polynomials[2];
    long[] fourth = polynomials[3];
    long[] fifth = polynomials[4];
    long a = 0;
    long b = 0;
    long c = 0;
    long d = 0;
    long e = 0;
    for (int i = first.length - 1; i >= 0; i--) {
      a = add(multiply(a, x), first[i]);
      b = add(multiply(b, x), second[i]);
      c = add(multiply(c, x), third[i]);
      d = add(multiply(d, x), fourth[i]);
      e = add(multiply(e, x), fifth[i]);
    }
    ByteBuffer share = ByteBuffer.allocate(SHARE_BYTES);
    return share.putLong(a).putLong(b).putLong(c).putLong(d).putLong(e).array();
  }

  /** Lagrange coefficients at 0. */
  private static long[] coefficients(List<Integer> indices) {
    long[] result = new long[indices.size()];
    for (int i = 0; i < result.length; i++) {
      long numerator = 1;
      long denominator = 1;
      for (int j = 0; j < result.length; j++) {
        if (i != j) {
          long difference = indices.get(j) - indices.get(i);
          check(difference != 0, "index %d twice", indices.get(i));
          numerator = multiply(numerator, indices.get(j) + 1);
          denominator = multiply(denominator, difference > 0 ? difference : difference + P);
        }
      }
      result[i] = multiply(numerator, inverse(denominator));
    }
    return result;
  }

  private static long[] split(byte[] secret) {
    java.math.BigInteger rest = new java.math.BigInteger(1, secret);
    long[] limbs = new long[LIMBS];
    for (int limb = LIMBS - 1; limb >= 0; limb--) {
      limbs[limb] = rest.longValue() & (1L << LIMB_BITS[limb]) - 1;
      rest = rest.shiftRight(LIMB_BITS[limb]);
    }
    return limbs;
  }

  private static byte[] join(long[] limbs) {
    java.math.BigInteger value = java.math.BigInteger.ZERO;
    for (int limb = 0; limb < LIMBS; limb++) {
      check(limbs[limb] >>> LIMB_BITS[limb] == 0, "limb %d is larger than any secret's", limb);
      value = value.shiftLeft(LIMB_BITS[limb]).or(java.math.BigInteger.valueOf(limbs[limb]));
    }
    byte[] signed = value.toByteArray();
    byte[] secret = new byte[SECRET_BYTES];
    int length = Math.min(signed.length, SECRET_BYTES);
    System.arraycopy(signed, signed.length - length, secret, SECRET_BYTES - length, length);
    return secret;
  }

  static long add(long a, long b) {
    long sum = a + b;
    return sum >= P ? sum - P : sum;
  }

  /** a · b mod 2^61 - 1 for a, b below it: the 122-bit product folds at bit 61. */
  static long multiply(long a, long b) {
    long high = Math.multiplyHigh(a, b);
    long low = a * b;
    return add(low & P, high << 3 | low >>> 61);
  }

  /** Fermat: a^(p-2). */
  static long inverse(long a) {
    long result = 1;
    long power = a;
    for (long exponent = P - 2; exponent > 0; exponent >>= 1) {
      if ((exponent & 1) == 1) {
        result = multiply(result, power);
      }
      power = multiply(power, power);
    }
    return result;
  }
}

package org.concordat.secureagg.kernel;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * How reals become ring elements ("Ring, packing, quantisation"). A coordinate {@code x}, clipped
 * and clamped, becomes {@code x / coordinateBound · w / maxWeight · (2^(q-1) - 1)}, rounded
 * stochastically; the sum of n of them cannot wrap because {@code b >= q + ⌈log2 n⌉}.
 *
 * @param wireBits b: 16, 24 or 32
 * @param quantBits q: 2 to 24
 * @param clipNormL2 the update is scaled down to this L2 norm if longer; finite, above 0
 * @param coordinateBound each coordinate is clamped to ± this; finite, above 0, at most clipNormL2
 * @param maxWeight w_max; a member's weight is in [0, maxWeight]; finite, above 0
 */
public record Quantisation(
    int wireBits, int quantBits, double clipNormL2, double coordinateBound, double maxWeight) {
  /** Bytes of the encoding. */
  public static final int ENCODED_BYTES = 26;

  public Quantisation {
    check(
        wireBits == 16 || wireBits == 24 || wireBits == 32,
        "wire bits %d, not 16, 24 or 32",
        wireBits);
    check(quantBits >= 2 && quantBits <= 24, "quantisation bits %d, not 2 to 24", quantBits);
    check(
        quantBits < wireBits, "%d quantisation bits do not fit %d wire bits", quantBits, wireBits);
    check(positive(clipNormL2), "clipNormL2 %s, must be finite and above 0", clipNormL2);
    check(
        positive(coordinateBound) && coordinateBound <= clipNormL2,
        "coordinateBound %s, must be above 0 and at most clipNormL2 %s",
        coordinateBound,
        clipNormL2);
    check(positive(maxWeight), "maxWeight %s, must be finite and above 0", maxWeight);
  }

  /**
   * The narrowest wire that cannot wrap for {@code members} members.
   *
   * @param members n, 1 to 256
   */
  public static Quantisation forCohort(
      int quantBits, int members, double clipNormL2, double coordinateBound, double maxWeight) {
    int need = quantBits + ceilLog2(members);
    check(
        need <= 32,
        "%d quantisation bits for %d members need %d wire bits",
        quantBits,
        members,
        need);
    int wireBits = need <= 16 ? 16 : need <= 24 ? 24 : 32;
    return new Quantisation(wireBits, quantBits, clipNormL2, coordinateBound, maxWeight)
        .requireNoWrap(members);
  }

  /** This, if a sum over {@code members} members cannot wrap. */
  public Quantisation requireNoWrap(int members) {
    int need = quantBits + ceilLog2(members);
    check(
        wireBits >= need,
        "%d wire bits can wrap: %d quantisation bits for %d members need %d",
        wireBits,
        quantBits,
        members,
        need);
    return this;
  }

  /** L = 2^(q-1) - 1: the largest absolute value of a quantised coordinate. */
  public int levels() {
    return (1 << (quantBits - 1)) - 1;
  }

  /**
   * The largest quantised weight: as many levels as the wire holds for {@code members} members (at
   * least {@link #levels()}), because the weight's rounding error divides every coordinate of the
   * mean.
   */
  public int weightLevels(int members) {
    return (int) ((1L << (wireBits - 1 - ceilLog2(members))) - 1);
  }

  /** Bytes of one element on the wire: 2, 3 or 4. */
  public int wireBytes() {
    return wireBits / 8;
  }

  /** The step between two neighbouring values of a coordinate at full weight. */
  public double step() {
    return coordinateBound / levels();
  }

  /**
   * Expected L2 error of the mean that {@code members} members of full weight get from quantising
   * alone, divided by {@code clipNormL2}: {@code step · √(m / (6 n)) / clipNormL2} (stochastic
   * rounding at a uniformly random point has mean variance step²/6).
   */
  public double expectedRelativeError(long vectorLength, int members) {
    return step() * Math.sqrt(vectorLength / (6.0 * members)) / clipNormL2;
  }

  public void write(ByteWriter out) {
    out.u8(wireBits).u8(quantBits).f64(clipNormL2).f64(coordinateBound).f64(maxWeight);
  }

  public static Quantisation read(ByteReader in) {
    return new Quantisation(in.u8(), in.u8(), in.f64(), in.f64(), in.f64());
  }

  /** ⌈log2 n⌉ for n in 1 to 2^16. */
  static int ceilLog2(int members) {
    check(members >= 1 && members <= 1 << 16, "%d members", members);
    return 32 - Integer.numberOfLeadingZeros(members - 1);
  }

  private static boolean positive(double value) {
    return Double.isFinite(value) && value > 0;
  }
}

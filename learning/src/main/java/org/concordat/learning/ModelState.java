package org.concordat.learning;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * A model between rounds: flat parameters. The optimisers here keep no state of their own yet; one
 * that does adds its state to {@link #digest}.
 */
public final class ModelState {
  private static final int PIECE_VALUES = 1 << 13;

  private final double[] parameters;
  private byte @Nullable [] modelDigest;

  /**
   * @param parameters finite values; copied
   * @throws IllegalArgumentException if a value is NaN or infinite
   */
  public ModelState(double[] parameters) {
    this(parameters, true);
  }

  private ModelState(double[] parameters, boolean copied) {
    for (int i = 0; i < parameters.length; i++) {
      if (!Double.isFinite(parameters[i])) {
        throw new IllegalArgumentException(
            "model parameter " + i + " is " + parameters[i] + ": expected a finite value");
      }
    }
    this.parameters = copied ? parameters.clone() : parameters;
  }

  /** Of an array that nobody else holds: a model may have millions of values. */
  static ModelState owning(double[] parameters) {
    return new ModelState(parameters, false);
  }

  public int size() {
    return parameters.length;
  }

  /** A copy. */
  public double[] parameters() {
    return parameters.clone();
  }

  /** Copies some of the parameters. */
  public void copyTo(double[] piece, int from, int count) {
    System.arraycopy(parameters, from, piece, 0, count);
  }

  /** {@code steps[i]} becomes {@code parameters[i] + rate * steps[i]}. */
  double[] plus(double rate, double[] steps) {
    for (int i = 0; i < steps.length; i++) {
      steps[i] = parameters[i] + rate * steps[i];
    }
    return steps;
  }

  /** Puts the update that leads from here to {@code after} at the beginning of a vector. */
  void updateTo(double[] after, double[] vector) {
    if (after.length != parameters.length) {
      throw new IllegalArgumentException(
          after.length + " values after training, the model has " + parameters.length);
    }
    for (int i = 0; i < after.length; i++) {
      vector[i] = after[i] - parameters[i];
    }
  }

  /**
   * The parameters as little-endian float64: what is stored, transferred and hashed as "the model".
   */
  public byte[] encode() {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(Double.BYTES, parameters.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    buffer.asDoubleBuffer().put(parameters);
    return buffer.array();
  }

  /**
   * The inverse of {@link #encode}.
   *
   * @throws IllegalArgumentException if the length is not {@code 8 * expectedSize} or a value is
   *     not finite
   */
  public static ModelState decode(byte[] bytes, int expectedSize) {
    if (bytes.length != (long) Double.BYTES * expectedSize) {
      throw new IllegalArgumentException(
          "a model of "
              + bytes.length
              + " bytes, expected "
              + (long) Double.BYTES * expectedSize
              + " ("
              + expectedSize
              + " float64 values)");
    }
    double[] values = new double[expectedSize];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().get(values);
    return owning(values);
  }

  /** SHA-256 of {@link #encode}. */
  public byte[] modelDigest() {
    byte[] known = modelDigest;
    if (known == null) {
      known = digest();
      modelDigest = known;
    }
    return known.clone();
  }

  /** Piece by piece: the whole encoding need not be in memory. */
  private byte[] digest() {
    MessageDigest digest = sha256();
    ByteBuffer piece =
        ByteBuffer.allocate(Double.BYTES * PIECE_VALUES).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < parameters.length; at += PIECE_VALUES) {
      int count = Math.min(PIECE_VALUES, parameters.length - at);
      piece.asDoubleBuffer().put(parameters, at, count);
      digest.update(piece.array(), 0, Double.BYTES * count);
    }
    return digest.digest();
  }

  /**
   * The base-state digest of a round that trains from this state: SHA-256 over a label, the model
   * digest, the (empty) optimiser state and the digest of the job's plan.
   *
   * @param planDigest 32 bytes: the digest of the signed job
   */
  public byte[] stateDigest(byte[] planDigest) {
    if (planDigest.length != 32) {
      throw new IllegalArgumentException(
          "plan digest of " + planDigest.length + " bytes, expected 32");
    }
    MessageDigest digest = sha256();
    digest.update("concordat-state-v1\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    digest.update(modelDigest());
    digest.update(planDigest);
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }
}

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
  private final double[] parameters;
  private byte @Nullable [] modelDigest;

  /**
   * @param parameters finite values; copied
   * @throws IllegalArgumentException if a value is NaN or infinite
   */
  public ModelState(double[] parameters) {
    for (int i = 0; i < parameters.length; i++) {
      if (!Double.isFinite(parameters[i])) {
        throw new IllegalArgumentException(
            "model parameter " + i + " is " + parameters[i] + ": expected a finite value");
      }
    }
    this.parameters = parameters.clone();
  }

  public int size() {
    return parameters.length;
  }

  public double[] parameters() {
    return parameters.clone();
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
    return new ModelState(values);
  }

  /** SHA-256 of {@link #encode}. */
  public byte[] modelDigest() {
    byte[] known = modelDigest;
    if (known == null) {
      known = sha256().digest(encode());
      modelDigest = known;
    }
    return known.clone();
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

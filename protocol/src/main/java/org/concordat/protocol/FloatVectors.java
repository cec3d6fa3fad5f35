package org.concordat.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.concordat.protocol.v1.FloatType;

/**
 * Flat vectors as little-endian IEEE 754 values of the job's float type; {@code double} in memory.
 * Length and finiteness are checked whenever one crosses a border.
 */
public final class FloatVectors {
  private FloatVectors() {}

  /** Bytes of one value: 4 or 8. */
  public static int width(FloatType type) {
    switch (type) {
      case FLOAT32:
        return Float.BYTES;
      case FLOAT64:
        return Double.BYTES;
      default:
        throw new IllegalArgumentException("float type " + type + ": expected FLOAT32 or FLOAT64");
    }
  }

  /** Encodes finite values; a float32 vector rounds to nearest. */
  public static ByteString encode(FloatType type, double[] values) {
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(width(type), values.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (type == FloatType.FLOAT32) {
      for (double value : values) {
        buffer.putFloat((float) value);
      }
    } else {
      buffer.asDoubleBuffer().put(values);
    }
    return UnsafeByteOperations.unsafeWrap(buffer.array());
  }

  /**
   * Decodes a vector of exactly the expected length.
   *
   * @param what names the vector in the error
   * @throws BadVectorException if the length differs or a value is NaN or infinite
   */
  public static double[] decode(FloatType type, ByteString bytes, int expectedLength, String what) {
    if (bytes.size() != (long) width(type) * expectedLength) {
      throw new BadVectorException(
          what
              + " has "
              + bytes.size()
              + " bytes, expected "
              + (long) width(type) * expectedLength
              + " ("
              + expectedLength
              + " values of "
              + type
              + ")");
    }
    ByteBuffer buffer = bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double[] values = new double[expectedLength];
    for (int i = 0; i < expectedLength; i++) {
      double value = type == FloatType.FLOAT32 ? buffer.getFloat() : buffer.getDouble();
      if (!Double.isFinite(value)) {
        throw new BadVectorException(
            what + " has " + value + " at index " + i + ": expected finite values");
      }
      values[i] = value;
    }
    return values;
  }

  /** A vector of the wrong length or with a value that is not finite. */
  public static final class BadVectorException extends RuntimeException {
    BadVectorException(String message) {
      super(message);
    }
  }
}

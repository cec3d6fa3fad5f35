package org.concordat.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.concordat.protocol.v1.FloatType;

/**
 * Flat vectors as little-endian IEEE 754 values of the job's float type; {@code double} in memory.
 * Length and finiteness are checked whenever one crosses a border.
 */
public final class FloatVectors {
  /** Values that are converted at a time: a piece stays in the processor's cache. */
  private static final int PIECE = 1 << 12;

  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

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

  /** Gives the values of a vector piece by piece. */
  @FunctionalInterface
  public interface Source {
    /** Puts the {@code count} values from index {@code from} on at the beginning of the piece. */
    void copyTo(double[] piece, int from, int count);
  }

  /** Encodes finite values; a float32 vector rounds to nearest. */
  public static ByteString encode(FloatType type, double[] values) {
    return encode(
        type,
        values.length,
        (piece, from, count) -> System.arraycopy(values, from, piece, 0, count));
  }

  /**
   * The same of values that need not be copied first.
   *
   * @param length how many there are
   */
  public static ByteString encode(FloatType type, int length, Source values) {
    int width = width(type);
    byte[] bytes = new byte[Math.multiplyExact(width, length)];
    double[] piece = new double[Math.min(PIECE, length)];
    for (int from = 0; from < length; from += PIECE) {
      int count = Math.min(PIECE, length - from);
      values.copyTo(piece, from, count);
      if (type == FloatType.FLOAT32) {
        putFloats(piece, count, bytes, width * from);
      } else {
        putDoubles(piece, count, bytes, width * from);
      }
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static void putFloats(double[] values, int count, byte[] bytes, int at) {
    for (int i = 0; i < count; i++) {
      FLOAT.set(bytes, at + Float.BYTES * i, (float) values[i]);
    }
  }

  private static void putDoubles(double[] values, int count, byte[] bytes, int at) {
    for (int i = 0; i < count; i++) {
      DOUBLE.set(bytes, at + Double.BYTES * i, values[i]);
    }
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
    if (type == FloatType.FLOAT32) {
      widen(buffer.asFloatBuffer(), values);
    } else {
      buffer.asDoubleBuffer().get(values);
    }
    requireFinite(values, what);
    return values;
  }

  private static void widen(FloatBuffer floats, double[] values) {
    float[] piece = new float[Math.min(PIECE, values.length)];
    for (int from = 0; from < values.length; from += PIECE) {
      int count = Math.min(PIECE, values.length - from);
      floats.get(piece, 0, count);
      for (int i = 0; i < count; i++) {
        values[from + i] = piece[i];
      }
    }
  }

  private static void requireFinite(double[] values, String what) {
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new BadVectorException(
            what + " has " + values[i] + " at index " + i + ": expected finite values");
      }
    }
  }

  /** A vector of the wrong length or with a value that is not finite. */
  public static final class BadVectorException extends RuntimeException {
    BadVectorException(String message) {
      super(message);
    }
  }
}

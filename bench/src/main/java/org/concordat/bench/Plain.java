package org.concordat.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Federated averaging without protection: float32 vectors. */
final class Plain {
  private static final VarHandle FLOAT =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);

  private Plain() {}

  static byte[] encode(double[] update) {
    byte[] wire = new byte[4 * update.length];
    for (int i = 0; i < update.length; i++) {
      FLOAT.set(wire, 4 * i, (float) update[i]);
    }
    return wire;
  }

  static void fold(float[] sum, byte[] wire, float weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * (float) FLOAT.get(wire, 4 * i);
    }
  }

  static byte[] mean(float[] sum, double totalWeight) {
    byte[] wire = new byte[4 * sum.length];
    for (int i = 0; i < sum.length; i++) {
      FLOAT.set(wire, 4 * i, (float) (sum[i] / totalWeight));
    }
    return wire;
  }

  static double[] decode(byte[] wire) {
    double[] values = new double[wire.length / 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) FLOAT.get(wire, 4 * i);
    }
    return values;
  }
}

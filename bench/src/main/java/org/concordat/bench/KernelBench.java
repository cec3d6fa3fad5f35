package org.concordat.bench;

import java.util.SplittableRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.kernel.MaskStream;
import org.concordat.secureagg.kernel.Ring;

/**
 * The masking and accumulating kernels against their ceilings, single-threaded, one vector of
 * 1,000,000 elements.
 */
final class KernelBench {
  private static final int ELEMENTS = 1_000_000;
  private static final int KEYSTREAM_BUFFER_BYTES = 64 << 10;

  /** Vectors in one sample: some 40 ms of work. */
  private static final int PASSES = 100;

  private static final int WARM_UPS = 5;
  private final int repetitions;
  private int sink;

  KernelBench(int repetitions) {
    this.repetitions = repetitions;
  }

  void run(Report report) throws Exception {
    masking(report);
    accumulating(report);
  }

  private void masking(Report report) throws Exception {
    byte[] key = new byte[32];
    new SplittableRandom(1).nextBytes(key);
    int[] words = new int[ELEMENTS];
    Samples[] seconds =
        Timing.byTurns(
            WARM_UPS,
            repetitions,
            () -> {
              for (int pass = 0; pass < PASSES; pass++) {
                new MaskStream(Bytes.of(key)).apply(words, 0, ELEMENTS, 0, (pass & 1) == 0);
              }
            },
            () -> keystream(key, 4L * ELEMENTS * PASSES));
    report.figure(Goal.MASKING, seconds[1].over(seconds[0]));
    report.detail("maskingGigabytesPerSecond", rate(4, seconds[0]));
    report.detail("rawKeystreamGigabytesPerSecond", rate(4, seconds[1]));
  }

  /** The ceiling as the goal defines it: zeros into one reused 64 KiB heap array. */
  private void keystream(byte[] key, long bytes) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
    byte[] zeros = new byte[KEYSTREAM_BUFFER_BYTES];
    byte[] stream = new byte[KEYSTREAM_BUFFER_BYTES];
    for (long left = bytes; left > 0; left -= stream.length) {
      cipher.update(zeros, 0, (int) Math.min(left, stream.length), stream, 0);
    }
    sink += stream[0];
  }

  private void accumulating(Report report) throws Exception {
    int[] sum = new int[ELEMENTS];
    int[] other = new SplittableRandom(2).ints(ELEMENTS).toArray();
    byte[] wire32 = Ring.pack(32, other, 0, ELEMENTS);
    byte[] wire24 = Ring.pack(24, other, 0, ELEMENTS);
    byte[] wire16 = Ring.pack(16, other, 0, ELEMENTS);
    double[][] seconds = new double[4][repetitions];
    for (int i = -WARM_UPS; i < repetitions; i++) {
      double[] now = {
        Timing.seconds(() -> add(sum, other)),
        Timing.seconds(() -> accumulate(32, sum, wire32)),
        Timing.seconds(() -> accumulate(24, sum, wire24)),
        Timing.seconds(() -> accumulate(16, sum, wire16))
      };
      for (int k = 0; i >= 0 && k < now.length; k++) {
        seconds[k][i] = now[k];
      }
    }
    Samples plain = new Samples(seconds[0]);
    Samples wide = new Samples(seconds[1]);
    Samples packed = new Samples(seconds[2]);
    Samples narrow = new Samples(seconds[3]);
    report.figure(Goal.ACCUMULATE, plain.over(wide));
    report.figure(Goal.ACCUMULATE_24, wide.over(packed));
    report.detail("accumulate16Vs32", wide.over(narrow));
    report.detail("intAddGigabytesPerSecond", rate(4, plain));
  }

  private void add(int[] sum, int[] other) {
    for (int pass = 0; pass < PASSES; pass++) {
      addOnce(sum, other);
    }
    sink += sum[0];
  }

  private static void addOnce(int[] sum, int[] other) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += other[i];
    }
  }

  private void accumulate(int bits, int[] sum, byte[] wire) {
    for (int pass = 0; pass < PASSES; pass++) {
      Ring.accumulate(bits, sum, 0, wire, 0, sum.length);
    }
    sink += sum[0];
  }

  private static Samples rate(int bytesPerElement, Samples seconds) {
    double gigabytes = (double) bytesPerElement * ELEMENTS * PASSES / 1e9;
    double[] rates = seconds.values();
    for (int i = 0; i < rates.length; i++) {
      rates[i] = gigabytes / rates[i];
    }
    return new Samples(rates);
  }

  /** Keeps the compiler from dropping the work. */
  int sink() {
    return sink;
  }
}

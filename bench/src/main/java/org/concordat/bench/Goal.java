package org.concordat.bench;

/** The keys of the report, in its order, with what each must reach. */
public enum Goal {
  MASKING("maskingVsKeystream", true, 0.40),
  CLIENT_K10("clientVsFlowerK10", true, 10),
  CLIENT_K100("clientVsFlowerK100", true, 15),
  UNMASK("unmaskVsFlower", true, 200),
  UNMASK_WITHOUT_SHAMIR("unmaskVsFlowerWithoutShamir", true, 15),
  /** b / 32 + 0.01 for the default b of 24. */
  UPLOAD("uploadVsFloat32", false, 24 / 32.0 + 0.01),
  ROUND_BYTES("roundBytesN100", false, 20_000),
  ACCUMULATE("accumulateVsIntAdd32", true, 0.5),
  ACCUMULATE_24("accumulate24Vs32", true, 0.5),
  EPOCH_CPU("epochCpuSecondsN256", false, 0.5),
  SPOT_CHECK("spotCheckVsReplay", false, 0.02),
  PEAK_HEAP("peakHeapN64VsN4", false, 1.2),
  ROUND_N4("secureRoundSecondsN4", false, 0.26),
  ROUND_N16("secureRoundSecondsN16", false, 0.65);

  final String key;
  final boolean atLeast;
  final double bound;

  Goal(String key, boolean atLeast, double bound) {
    this.key = key;
    this.atLeast = atLeast;
    this.bound = bound;
  }

  /** Whether a figure reaches this. */
  boolean reached(double figure) {
    return atLeast ? figure >= bound : figure <= bound;
  }

  String describe() {
    return (atLeast ? "at least " : "at most ") + Figures.text(bound);
  }
}

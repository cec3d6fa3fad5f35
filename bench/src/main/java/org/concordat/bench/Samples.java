package org.concordat.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Repetitions of one measurement.
 *
 * @param values at least one, in the order they were taken
 */
public record Samples(double... values) {
  public Samples {
    if (values.length == 0) {
      throw new IllegalArgumentException("a measurement without repetitions");
    }
    values = values.clone();
  }

  @Override
  public double[] values() {
    return values.clone();
  }

  /** The middle value; of an even number, the mean of the two in the middle. */
  public double median() {
    double[] sorted = sorted();
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  public double min() {
    return sorted()[0];
  }

  public double max() {
    return sorted()[values.length - 1];
  }

  public int count() {
    return values.length;
  }

  /** This, sample by sample divided by another taken beside it. */
  public Samples over(Samples other) {
    if (other.count() != count()) {
      throw new IllegalArgumentException(count() + " samples over " + other.count());
    }
    double[] ratios = new double[count()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = values[i] / other.values[i];
    }
    return new Samples(ratios);
  }

  /** Each sample times a factor. */
  public Samples times(double factor) {
    return new Samples(Arrays.stream(values).map(v -> v * factor).toArray());
  }

  /** Median, smallest, largest and how many, for the report. */
  public Map<String, Object> describe() {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("median", Figures.round(median()));
    out.put("min", Figures.round(min()));
    out.put("max", Figures.round(max()));
    out.put("samples", count());
    return out;
  }

  private double[] sorted() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Samples that && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(values);
  }
}

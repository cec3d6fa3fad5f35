package org.concordat.agent.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The rows that are used, in their file's order: features in blocks, lines and labels beside. */
final class SampleRows {
  private static final int BLOCK_VALUES = 1 << 17;

  private final int width;
  private final int blockRows;
  private final List<double[]> blocks = new ArrayList<>();
  private int[] lines = new int[1 << 10];
  private int[] labels = new int[1 << 10];
  private int count;

  /**
   * @param width features of a row
   */
  SampleRows(int width) {
    this.width = width;
    this.blockRows = Math.max(1, BLOCK_VALUES / Math.max(1, width));
  }

  /**
   * @param line in its file
   * @param features copied
   * @param label the class, from 0
   * @return whether it begins a block
   */
  boolean add(int line, double[] features, int label) {
    int inBlock = count % blockRows;
    if (inBlock == 0) {
      blocks.add(new double[blockRows * width]);
    }
    if (count == lines.length) {
      lines = Arrays.copyOf(lines, count + (count >> 1));
      labels = Arrays.copyOf(labels, lines.length);
    }
    System.arraycopy(features, 0, blocks.get(blocks.size() - 1), inBlock * width, width);
    lines[count] = line;
    labels[count] = label;
    count++;
    return inBlock == 0;
  }

  int count() {
    return count;
  }

  int width() {
    return width;
  }

  int line(int row) {
    return lines[row];
  }

  int label(int row) {
    return labels[row];
  }

  double feature(int row, int column) {
    return block(row)[offset(row) + column];
  }

  /** The array that holds a row's features, from {@link #offset} on. */
  double[] block(int row) {
    return blocks.get(row / blockRows);
  }

  int offset(int row) {
    return row % blockRows * width;
  }
}

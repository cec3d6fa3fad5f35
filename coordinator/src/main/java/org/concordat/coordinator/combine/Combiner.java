package org.concordat.coordinator.combine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.concordat.secureagg.kernel.Accumulator;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.Unmasker;
import org.concordat.secureagg.message.Task;

/**
 * Folds the survivors' uploads into their sum and takes the masks off. Heap: one sum and one
 * buffer.
 */
public final class Combiner {
  private static final int PIECE_ELEMENTS = 1 << 16;

  private Combiner() {}

  /**
   * The sum of complete uploads.
   *
   * @param uploads one file per survivor, each of exactly {@code task.wireBytes()} bytes, already
   *     verified
   * @param masks what survivors' seeds and dropped members' recovered keys leave in the sum
   * @param threads for taking masks off
   * @return centred words, the weight last
   * @throws IOException if a file is missing, short or unreadable
   */
  public static int[] sum(Task task, List<Path> uploads, List<MaskTerm> masks, int threads)
      throws IOException {
    int[] sum = masked(task, uploads);
    Unmasker.unmask(task.quantisation().wireBits(), sum, 0, masks, threads);
    return sum;
  }

  /** The same with the masks still on: what a region forwards. */
  public static int[] masked(Task task, List<Path> uploads) throws IOException {
    Accumulator accumulator = new Accumulator(task.quantisation().wireBits(), 0, task.elements());
    for (Path upload : uploads) {
      fold(task, upload, accumulator);
    }
    return accumulator.sum();
  }

  private static void fold(Task task, Path upload, Accumulator accumulator) throws IOException {
    int width = task.quantisation().wireBytes();
    byte[] piece = new byte[PIECE_ELEMENTS * width];
    try (InputStream in = new BufferedInputStream(Files.newInputStream(upload), 1 << 16)) {
      for (int element = 0; element < task.elements(); element += PIECE_ELEMENTS) {
        int count = Math.min(PIECE_ELEMENTS, task.elements() - element);
        if (in.readNBytes(piece, 0, count * width) != count * width) {
          throw new IOException(
              "upload " + upload.getFileName() + " is shorter than " + task.wireBytes() + " bytes");
        }
        accumulator.fold(element, piece, 0, count);
      }
    }
  }
}

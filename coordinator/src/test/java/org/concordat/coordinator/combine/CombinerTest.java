package org.concordat.coordinator.combine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.MaskStream;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CombinerTest {
  private static final int MEMBERS = 5;

  @TempDir Path directory;

  private static Task task(int wireBits, int elements) {
    Digest any = Digest.sha256("any".getBytes(StandardCharsets.UTF_8));
    return new Task(
        "job",
        0,
        0,
        1,
        0,
        Task.Kind.TRAIN,
        any,
        any,
        any,
        any,
        elements - 1,
        new Quantisation(wireBits, 8, 10, 1, 100),
        List.of());
  }

  private Path write(int wireBits, int[] words, int member) throws IOException {
    return Files.write(
        directory.resolve("upload-" + member), Ring.pack(wireBits, words, 0, words.length));
  }

  @ParameterizedTest
  @CsvSource({
    "16,1", "16,65535", "16,65536", "16,65537", "16,200001",
    "24,1", "24,65535", "24,65536", "24,65537", "24,200001",
    "32,1", "32,65535", "32,65536", "32,65537", "32,200001"
  })
  void theSumOfUploadsIsThePlainSum(int wireBits, int elements) throws IOException {
    // seed 7; words so small that five of them do not wrap
    Random random = new Random(7);
    int bound = 1 << Math.min(28, wireBits - 4);
    int[] expected = new int[Math.max(2, elements)];
    List<Path> files = new ArrayList<>();
    for (int member = 0; member < MEMBERS; member++) {
      int[] words = random.ints(expected.length, -bound, bound).toArray();
      Arrays.setAll(expected, i -> expected[i] + words[i]);
      files.add(write(wireBits, words, member));
    }
    int[] sum = Combiner.sum(task(wireBits, expected.length), files, List.of(), 1);
    assertThat(sum).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 24, 32})
  void masksComeOffWhateverTheThreads(int wireBits) throws IOException {
    int elements = 70_001;
    Random random = new Random(11);
    int[] expected = new int[elements];
    List<Path> files = new ArrayList<>();
    List<MaskTerm> masks = new ArrayList<>();
    for (int member = 0; member < MEMBERS; member++) {
      int[] words = random.ints(elements, -1000, 1000).toArray();
      Arrays.setAll(expected, i -> expected[i] + words[i]);
      byte[] key = new byte[32];
      random.nextBytes(key);
      boolean added = member % 2 == 0;
      new MaskStream(Bytes.of(key)).apply(words, 0, elements, 0, added);
      masks.add(new MaskTerm(Bytes.of(key), added));
      files.add(write(wireBits, words, member));
    }
    Task task = task(wireBits, elements);
    assertThat(Combiner.sum(task, files, masks, 1)).isEqualTo(expected);
    assertThat(Combiner.sum(task, files, masks, 3)).isEqualTo(expected);
    assertThat(Combiner.sum(task, files.subList(1, MEMBERS), masks, 1)).isNotEqualTo(expected);
  }

  @Test
  void aShortUploadIsNamed() throws IOException {
    Path whole = write(16, new int[100], 0);
    Path shorter = Files.write(directory.resolve("upload-short"), new byte[199]);
    assertThatThrownBy(() -> Combiner.sum(task(16, 100), List.of(whole, shorter), List.of(), 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("upload-short")
        .hasMessageContaining("200 bytes");
  }

  @Test
  void aMissingUploadIsAnError() {
    Path missing = directory.resolve("upload-missing");
    assertThatThrownBy(() -> Combiner.sum(task(16, 100), List.of(missing), List.of(), 1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("upload-missing");
  }
}

package org.concordat.secureagg.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class PartsTest {
  @Test
  void everyChunkIsDoneOnceWhateverTheThreads() {
    for (int chunks : new int[] {0, 1, 2, 3, 64, 1000}) {
      for (int threads : new int[] {1, 2, 3, 16}) {
        AtomicIntegerArray done = new AtomicIntegerArray(chunks);
        AtomicInteger workers = new AtomicInteger();
        Parts.share(
            chunks,
            threads,
            () -> {
              workers.incrementAndGet();
              return done::incrementAndGet;
            });
        for (int i = 0; i < chunks; i++) {
          assertThat(done.get(i)).as("chunk %s of %s", i, chunks).isEqualTo(1);
        }
        assertThat(workers.get()).isBetween(Math.min(1, chunks), Math.min(chunks, threads));
      }
    }
  }

  @Test
  void partsCoverEverythingInOrder() {
    for (int length : new int[] {0, 1, 5, 1000}) {
      for (int parts : new int[] {1, 2, 3, 7}) {
        AtomicIntegerArray done = new AtomicIntegerArray(length);
        Parts.each(
            length,
            parts,
            (from, to) -> {
              assertThat(to - from).isBetween(length / parts, length / parts + 1);
              for (int i = from; i < to; i++) {
                done.incrementAndGet(i);
              }
            });
        for (int i = 0; i < length; i++) {
          assertThat(done.get(i)).isEqualTo(1);
        }
      }
    }
  }
}

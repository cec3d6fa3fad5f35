package org.concordat.bench;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.concordat.coordinator.combine.Combiner;
import org.concordat.secureagg.kernel.MaskTerm;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;

/**
 * The coordinator's side of one recorded round in a process of its own: folds the recorded messages
 * and the upload files as the coordinator does and prints the peaks of its live heap in bytes (what
 * a collection leaves, sampled every 20 ms): {@code EPOCH_STATE PEAK_WITH_EPOCH PEAK}. Arguments:
 * the directory that {@link HeapBench} made, and n.
 */
public final class HeapProbe {
  private static final int SAMPLE_MILLIS = 20;
  private long peakBytes;
  private volatile boolean done;

  private HeapProbe() {}

  public static void main(String[] arguments) throws Exception {
    new HeapProbe().run(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    System.exit(0);
  }

  private void run(Path directory, int members) throws Exception {
    Task task = Task.decode(Files.readAllBytes(directory.resolve("task")));
    List<Path> uploads = new ArrayList<>();
    for (int i = 0; i < members; i++) {
      uploads.add(directory.resolve("upload-" + i));
    }
    Thread sampler = new Thread(this::sample, "heap");
    sampler.setDaemon(true);
    sampler.start();
    State state = State.read(directory, members, task);
    long epochBytes = live();
    combine(task, uploads, state.masks);
    long withEpoch = takePeak();
    List<MaskTerm> masks = state.masks;
    state.release();
    live();
    takePeak();
    combine(task, uploads, masks);
    long without = takePeak();
    done = true;
    System.out.println(epochBytes + " " + withEpoch + " " + without);
  }

  private static void combine(Task task, List<Path> uploads, List<MaskTerm> masks)
      throws IOException {
    int[] sum = Combiner.sum(task, uploads, masks, 2);
    if (MerkleRoot.ofWords(sum).equals(org.concordat.secureagg.Digest.NONE)) {
      throw new IllegalStateException("no root");
    }
  }

  private void sample() {
    while (!done) {
      sampleOnce();
      try {
        Thread.sleep(SAMPLE_MILLIS);
      } catch (InterruptedException interrupted) {
        return;
      }
    }
  }

  private synchronized void sampleOnce() {
    peakBytes = Math.max(peakBytes, live());
  }

  private synchronized long takePeak() {
    long peak = peakBytes;
    peakBytes = 0;
    return peak;
  }

  private static long live() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** The folds, as the coordinator keeps them while it combines. */
  private static final class State {
    private final List<Object> kept;
    private final List<MaskTerm> masks;

    private State(EpochServer epoch, RoundServer round) throws Exception {
      this.kept = new ArrayList<>(List.of(epoch, round));
      this.masks = round.unmaskingInput();
    }

    static State read(Path directory, int members, Task task) throws Exception {
      EpochServer epoch = SimWorld.newEpoch(members);
      try (Messages in = new Messages(directory.resolve("epoch"))) {
        for (byte[] sealed = in.next(); sealed.length > 0; sealed = in.next()) {
          epoch = epoch.accept(sealed);
        }
      }
      RoundServer round = RoundServer.start(epoch, task, SimNotary.of(SimWorld.COORDINATOR));
      try (Messages in = new Messages(directory.resolve("round"))) {
        for (byte[] sealed = in.next(); sealed.length > 0; sealed = in.next()) {
          round = round.acceptUpload(sealed);
        }
        round = round.freezeSurvivors();
        for (byte[] sealed = in.next(); sealed.length > 0; sealed = in.next()) {
          round = round.accept(sealed);
        }
        round = round.chooseCertificate();
        for (byte[] sealed = in.next(); sealed.length > 0; sealed = in.next()) {
          round = round.accept(sealed);
        }
      }
      return new State(epoch, round);
    }

    void release() {
      kept.clear();
    }
  }

  /** Recorded messages, groups ended by an empty one. */
  private static final class Messages implements AutoCloseable {
    private final DataInputStream in;

    Messages(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
    }

    byte[] next() throws IOException {
      return in.readNBytes(in.readInt());
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}

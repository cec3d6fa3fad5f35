package org.concordat.bench;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.RoundServer;

/**
 * Peak heap of the coordinator's side of a round at m = 10^7, n = 64 against n = 4: a round is
 * recorded, then {@link HeapProbe} folds it in a process of its own.
 */
final class HeapBench {
  private static final int SMALL = 4;
  private static final int LARGE = 64;
  private static final int REPETITIONS = 5;
  private static final String HEAP = "-Xmx1g";

  private final double[] update;

  HeapBench(int vectorLength) {
    this.update = Vectors.update(vectorLength, 9);
  }

  void run(Report report) throws Exception {
    double[][] small = probe(SMALL);
    double[][] large = probe(LARGE);
    report.figure(Goal.PEAK_HEAP, ratio(large[2], small[2]));
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("vectorLength", update.length);
    detail.put("combiningPeakMiBN" + SMALL, mebibytes(small[2]));
    detail.put("combiningPeakMiBN" + LARGE, mebibytes(large[2]));
    detail.put("epochDepositsMiBN" + SMALL, mebibytes(small[0]));
    detail.put("epochDepositsMiBN" + LARGE, mebibytes(large[0]));
    detail.put("peakWithEpochDepositsN64VsN4", ratio(large[1], small[1]).describe());
    report.detail("peakHeap", detail);
  }

  private static Samples ratio(double[] large, double[] small) {
    return new Samples(large).over(new Samples(small));
  }

  private static Map<String, Object> mebibytes(double[] bytes) {
    return new Samples(bytes).times(1.0 / (1 << 20)).describe();
  }

  /** Bytes of the epoch's state, of the peak with it, and of the peak without, run by run. */
  private double[][] probe(int members) throws Exception {
    Progress.say("peak heap: n = " + members + ", m = " + update.length);
    Path directory = Files.createTempDirectory("concordat-heap");
    try {
      record(directory, members);
      double[][] bytes = new double[3][REPETITIONS];
      for (int i = 0; i < REPETITIONS; i++) {
        String[] answer = child(directory, members).split(" ");
        for (int k = 0; k < answer.length; k++) {
          bytes[k][i] = Long.parseLong(answer[k]);
        }
      }
      return bytes;
    } finally {
      try (var files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private void record(Path directory, int members) throws Exception {
    try (SimWorld world = new SimWorld(members)) {
      try (Recording recording = new Recording(directory.resolve("epoch"))) {
        world.observe(recording::add);
        world.runEpoch();
        recording.end();
      }
      try (Recording recording = new Recording(directory.resolve("round"))) {
        round(world, directory, recording);
      }
    }
  }

  private void round(SimWorld world, Path directory, Recording recording) throws Exception {
    Task task = world.task(update.length);
    Files.write(directory.resolve("task"), task.encode());
    world.observe(recording::add);
    RoundServer round = world.flight(world.start(task), world.members);
    List<byte[]> commitments =
        world.each(
            world.members,
            member -> {
              SimMember.Masked y = member.protect(task.digest(), update, 30);
              int index = world.members.indexOf(member);
              Files.write(directory.resolve("upload-" + index), y.wire());
              return y.sealedCommitment();
            });
    for (byte[] commitment : commitments) {
      recording.add(commitment);
      round = round.acceptUpload(commitment);
    }
    recording.end();
    round = world.flight(round.freezeSurvivors(), world.members).chooseCertificate();
    recording.end();
    world.flight(round, world.members);
    recording.end();
  }

  private static String child(Path directory, int members) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HeapProbe.class.getName(),
                directory.toString(),
                Integer.toString(members))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String answer =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("HeapProbe ended with " + process.exitValue());
    }
    return answer;
  }

  /** Messages with their lengths; an empty one ends a group. */
  private static final class Recording implements AutoCloseable {
    private final DataOutputStream out;

    Recording(Path file) throws IOException {
      out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)));
    }

    void add(byte[] sealed) {
      try {
        out.writeInt(sealed.length);
        out.write(sealed);
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }

    void end() {
      add(new byte[0]);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}

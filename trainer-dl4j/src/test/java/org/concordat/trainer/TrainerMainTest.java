package org.concordat.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.Frames;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.TrainerCommand;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerReply;
import org.concordat.protocol.v1.TrainerWork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process as an agent sees it: frames on stdout and nothing else, and an end when its input
 * ends.
 */
@Timeout(120)
class TrainerMainTest {
  private static final Problem PROBLEM = Problem.draw(11, 60);
  private static final TrainerOpen OPEN =
      PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 0.5, 3, 0));

  @TempDir Path directory;
  private Process process;

  @AfterEach
  void end() {
    if (process != null) {
      process.destroyForcibly();
    }
  }

  @Test
  void stdoutCarriesFramesOnly() throws Exception {
    start();
    send(TrainerCommand.newBuilder().setOpen(OPEN).build());
    TrainerReply ready = receive();
    assertThat(ready.getReady().getProtocolVersion()).isEqualTo(ProtocolVersion.TRAINER);
    assertThat(ready.getReady().getParameters()).isEqualTo(3);
    for (int round = 1; round <= 3; round++) {
      send(work(Problem.work(FloatType.FLOAT64, round, true, 0, 0, 0)));
      assertThat(receive().getDone().getRound()).isEqualTo(round);
    }
    process.getOutputStream().close();
    assertThat(process.getInputStream().readAllBytes()).isEmpty();
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void theEndOfItsInputEndsItEvenWhileTraining() throws Exception {
    start();
    send(
        TrainerCommand.newBuilder()
            .setOpen(PROBLEM.open(FloatType.FLOAT64, Problem.plan(Optimizer.SGD, 0.01, 10_000, 1)))
            .build());
    assertThat(receive().hasReady()).isTrue();
    send(work(Problem.work(FloatType.FLOAT64, 1, true, 0, 0, 0)));
    Thread.sleep(500);
    assertThat(process.isAlive()).isTrue();
    process.getOutputStream().close();
    assertThat(process.waitFor(3, TimeUnit.SECONDS)).as("ended within 3 s").isTrue();
  }

  @Test
  void aBadVectorIsAnsweredWithAFailure() throws Exception {
    start();
    send(TrainerCommand.newBuilder().setOpen(OPEN).build());
    receive();
    send(work(Problem.work(FloatType.FLOAT64, 1, true, 0, Double.NaN, 0)));
    assertThat(receive().getFailure().getReason()).contains("NaN at index 1");
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
  }

  @Test
  void anotherVersionOrOrderIsRefused() throws Exception {
    start();
    send(TrainerCommand.newBuilder().setOpen(OPEN.toBuilder().setProtocolVersion(99)).build());
    assertThat(receive().getFailure().getReason()).contains("99");
    process.waitFor();
    start();
    send(work(Problem.work(FloatType.FLOAT64, 1, true, 0, 0, 0)));
    assertThat(receive().getFailure().getReason()).contains("first command must be open");
  }

  @Test
  void rubbishOnItsInputEndsIt() throws Exception {
    start();
    process.getOutputStream().write(new byte[] {0x7f, 1, 2, 3});
    process.getOutputStream().flush();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
  }

  @Test
  void anotherProcessComputesTheSameBytes() throws Exception {
    List<TrainerReply> replies = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      start();
      send(TrainerCommand.newBuilder().setOpen(OPEN).build());
      receive();
      send(work(Problem.work(FloatType.FLOAT64, 1, true, 0.1, 0.2, 0.3)));
      replies.add(receive());
      end();
    }
    assertThat(replies.get(0)).isEqualTo(replies.get(1));
    assertThat(
            FloatVectors.decode(
                FloatType.FLOAT64, replies.get(0).getDone().getParameters(), 3, "model"))
        .isNotEqualTo(new double[] {0.1, 0.2, 0.3});
  }

  private void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Dorg.bytedeco.javacpp.cachedir=" + Problem.NATIVES,
                "-cp",
                System.getProperty("java.class.path"),
                TrainerMain.class.getName())
            .directory(directory.toFile())
            .redirectError(new File(directory.toFile(), "trainer.log"))
            .start();
  }

  private static TrainerCommand work(TrainerWork work) {
    return TrainerCommand.newBuilder().setWork(work).build();
  }

  private void send(TrainerCommand command) throws IOException {
    OutputStream out = process.getOutputStream();
    Frames.write(out, command);
  }

  private TrainerReply receive() throws IOException {
    InputStream in = process.getInputStream();
    return Frames.read(in, TrainerReply.parser(), 1 << 20);
  }
}

package org.concordat.agent.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.train.TrainerFailedException.Reason;
import org.concordat.learning.ModelState;
import org.concordat.protocol.v1.Activation;
import org.concordat.protocol.v1.DenseLayer;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.ModelSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The supervisor, against child processes that misbehave in every way. */
class TrainerTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofMillis(1500);
  private static final ModelState ZERO = new ModelState(new double[3]);

  @TempDir Path directory;
  private DataSet data;

  @BeforeEach
  void data() throws IOException {
    Files.writeString(directory.resolve("rows.csv"), "a,b,c\n1,2,0\n3,4,1\n");
    Files.writeString(
        directory.resolve("rows.yaml"),
        """
        name: rows
        data-class: test
        subject-regions: [eu]
        files: {train: rows.csv}
        columns: [{name: a, type: number}, {name: b, type: number}, {name: c, type: integer}]
        label: {column: c, rule: ">0"}
        features: [a, b]
        """);
    data = DataSet.load(directory.resolve("rows.yaml"), directory);
  }

  @AfterEach
  void nothingIsLeftRunning() {
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
        .as("children of this process")
        .isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = FloatType.class,
      names = {"FLOAT32", "FLOAT64"})
  void trainsAndScoresOverSeveralRounds(FloatType type) throws Exception {
    try (Trainer trainer = Trainer.start(launch("good"), job(type), data, LONG)) {
      Trained first = trainer.work(1, new ModelState(new double[] {1, 2, 3}), true, LONG);
      assertThat(first.parameters()).containsExactly(2, 3, 4);
      assertThat(first.trainRows()).isEqualTo(2);
      assertThat(first.accuracy()).isEqualTo(0.75);
      assertThat(first.loss()).isEqualTo(0.25);
      assertThat(trainer.work(2, new ModelState(first.parameters()), true, LONG).parameters())
          .containsExactly(3, 4, 5);
      assertThat(trainer.work(3, ZERO, false, LONG).parameters()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "crashes-at-start, CRASHED, status 7",
    "hangs-at-start, TIMED_OUT, no answer within 1.5 s",
    "never-reads, TIMED_OUT, no answer",
    "other-version, RUBBISH, version",
    "other-model, RUBBISH, 4 parameters",
    "prints, RUBBISH, a frame of",
    "refuses-unread, REFUSED, no room here"
  })
  void aBadStartIsNamed(String fault, Reason reason, String says) {
    Duration limit = reason == Reason.TIMED_OUT ? SHORT : LONG;
    assertThatThrownBy(() -> Trainer.start(launch(fault), job(FloatType.FLOAT64), data, limit))
        .isInstanceOfSatisfying(
            TrainerFailedException.class, failed -> assertThat(failed.reason()).isEqualTo(reason))
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({
    "crashes, CRASHED, status 7",
    "half, CRASHED, status 0",
    "hangs, TIMED_OUT, no answer within 1.5 s",
    "nan, BAD_VECTOR, NaN at index 1",
    "nan, BAD_VECTOR, parameters not finite; lower the learning rate",
    "out-of-memory, OUT_OF_MEMORY, trainer-memory-mib of the job is 64",
    "native-memory, OUT_OF_MEMORY, trainer-memory-mib of the job is 64",
    "no-natives, NOT_STARTED, trainer.native-cache",
    "too-short, BAD_VECTOR, has 16 bytes",
    "too-long, BAD_VECTOR, has 32 bytes",
    "other-round, RUBBISH, DONE for round 1",
    "more-rows, RUBBISH, used 3 training rows",
    "negative-rows, RUBBISH, used -1 training rows",
    "too-right, RUBBISH, 5 of 4 rows",
    "huge-frame, RUBBISH, a frame of 2147483647 bytes",
    "endless, RUBBISH, a frame of 1633771873 bytes",
    "rubbish, RUBBISH, not the expected message",
    "refuses, REFUSED, loss is NaN"
  })
  void aBadAnswerIsNamedAndEndsTheProcess(String fault, Reason reason, String says)
      throws Exception {
    Trainer trainer = Trainer.start(launch(fault), job(FloatType.FLOAT64), data, LONG);
    Duration limit = reason == Reason.TIMED_OUT ? SHORT : LONG;
    assertThatThrownBy(() -> trainer.work(1, ZERO, true, limit))
        .isInstanceOfSatisfying(
            TrainerFailedException.class, failed -> assertThat(failed.reason()).isEqualTo(reason))
        .hasMessageContaining(says);
    nothingIsLeftRunning();
    trainer.close();
  }

  /** As a consent that is taken back does. */
  @Test
  void aTrainerAtWorkIsKilledFromAnotherThread() throws Exception {
    Trainer trainer = Trainer.start(launch("hangs"), job(FloatType.FLOAT64), data, LONG);
    CompletableFuture<Throwable> failed =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> trainer.work(1, ZERO, true, LONG.multipliedBy(100))));
    trainer.kill();
    assertThat(failed.get(30, TimeUnit.SECONDS)).isInstanceOf(TrainerFailedException.class);
    nothingIsLeftRunning();
    trainer.close();
  }

  @Test
  void aTrainerThatReadsNothingIsEndedInTime() throws IOException {
    StringBuilder rows = new StringBuilder("a,b,c\n");
    rows.append("1,2,0\n3,4,1\n".repeat(20_000)); // more than a pipe holds
    Files.writeString(directory.resolve("rows.csv"), rows);
    DataSet large = DataSet.load(directory.resolve("rows.yaml"), directory);
    long before = System.nanoTime();
    TrainerFailedException failed =
        catchThrowableOfType(
            TrainerFailedException.class,
            () -> Trainer.start(launch("never-reads"), job(FloatType.FLOAT64), large, SHORT));
    assertThat(failed.reason()).isEqualTo(Reason.TIMED_OUT);
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void theLastTwentyLinesOfItsErrorsAreInTheMessageAndAllInTheLog() throws Exception {
    Trainer trainer = Trainer.start(launch("crashes"), job(FloatType.FLOAT64), data, LONG);
    TrainerFailedException failed =
        catchThrowableOfType(TrainerFailedException.class, () -> trainer.work(1, ZERO, true, LONG));
    assertThat(failed)
        .hasMessageContaining("last words 11\n")
        .hasMessageContaining("last words 30");
    assertThat(failed).hasMessageNotContaining("last words 10\n");
    assertThat(log()).contains("last words 1\n", "last words 30\n");
  }

  /** What is told to the operator holds nothing that the trainer printed: it may be anything. */
  @Test
  void whatIsToldOutsideHasNoLineOfTheTrainers() throws Exception {
    Trainer trainer = Trainer.start(launch("crashes"), job(FloatType.FLOAT64), data, LONG);
    TrainerFailedException failed =
        catchThrowableOfType(TrainerFailedException.class, () -> trainer.work(1, ZERO, true, LONG));
    assertThat(failed.what()).contains("status 7").doesNotContain("last words");
  }

  @Test
  void onlyTheNewestTrainersLeaveTheirDirectories() throws Exception {
    for (int i = 0; i < 8; i++) {
      Trainer.start(launch("good"), job(FloatType.FLOAT64), data, LONG).close();
    }
    try (Stream<Path> left = Files.list(directory.resolve("trainers"))) {
      assertThat(left).hasSize(Leftovers.KEPT + 1);
    }
  }

  @Test
  void endlessErrorLinesDoNoHarm() throws Exception {
    try (Trainer trainer =
        Trainer.start(launch("floods-stderr"), job(FloatType.FLOAT64), data, LONG)) {
      assertThat(trainer.work(1, ZERO, true, LONG).parameters()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void itsEnvironmentIsCleanAndItsDirectoryItsOwn() throws Exception {
    try (Trainer trainer =
        Trainer.start(launch("environment"), job(FloatType.FLOAT64), data, LONG)) {
      trainer.work(1, ZERO, false, LONG);
    }
    assertThat(log().lines())
        .contains("OMP_NUM_THREADS", "PATH")
        .isSubsetOf("HOME", "OMP_NUM_THREADS", "PATH");
  }

  @Test
  void closingEndsItPolitelyOrAfterTheGraceByForce() throws Exception {
    Trainer polite = Trainer.start(launch("good"), job(FloatType.FLOAT64), data, LONG);
    polite.close();
    nothingIsLeftRunning();
    Trainer stubborn = Trainer.start(launch("stays"), job(FloatType.FLOAT64), data, LONG);
    long before = System.nanoTime();
    stubborn.close();
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    Thread.sleep(200);
  }

  @Test
  void closingDuringWorkKillsIt() throws Exception {
    Trainer trainer = Trainer.start(launch("hangs"), job(FloatType.FLOAT64), data, LONG);
    Thread closer =
        new Thread(
            () -> {
              try {
                Thread.sleep(500);
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
              trainer.close();
            });
    closer.start();
    assertThatThrownBy(() -> trainer.work(1, ZERO, true, LONG))
        .isInstanceOf(TrainerFailedException.class)
        .hasMessageContaining("CRASHED");
    closer.join();
  }

  @Test
  void aCommandThatDoesNotExistIsNamed() {
    TrainerLaunch absent =
        new TrainerLaunch(
            List.of(directory.resolve("absent").toString()),
            null,
            directory,
            directory.resolve("t"));
    assertThatThrownBy(() -> Trainer.start(absent, job(FloatType.FLOAT64), data, LONG))
        .isInstanceOfSatisfying(
            TrainerFailedException.class,
            failed -> assertThat(failed.reason()).isEqualTo(Reason.NOT_STARTED))
        .hasMessageContaining("absent");
  }

  @Test
  void dataThatDoesNotFitIsRefusedBeforeAnythingStarts() {
    JobSpec other = JobSpec.newBuilder(job(FloatType.FLOAT64)).build();
    JobSpec wide = other.toBuilder().setModel(other.getModel().toBuilder().setInputs(9)).build();
    assertThatThrownBy(() -> Trainer.start(launch("good"), wide, data, LONG))
        .isInstanceOfSatisfying(
            TrainerFailedException.class,
            failed -> assertThat(failed.reason()).isEqualTo(Reason.UNFIT_DATA));
    assertThat(directory.resolve("trainers")).doesNotExist();
  }

  @Test
  void theDefaultTrainersCommandLineBoundsItsMemory() {
    TrainerLaunch launch =
        new TrainerLaunch(List.of("java"), Path.of("/jars"), Path.of("/cache"), directory);
    assertThat(launch.commandLine(512))
        .startsWith("java")
        .contains(
            "-Xmx512m",
            "-Dorg.bytedeco.javacpp.maxbytes=512m",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=2048m",
            "-Dorg.bytedeco.javacpp.cachedir=/cache",
            "/jars/*")
        .endsWith("org.concordat.trainer.TrainerMain");
    assertThat(launch.commandLine(512).contains("--enable-native-access=ALL-UNNAMED"))
        .isEqualTo(Runtime.version().feature() >= 22);
  }

  private TrainerLaunch launch(String fault) {
    return new TrainerLaunch(
        List.of(
            TrainerLaunch.currentJava().toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            FakeTrainer.class.getName(),
            fault),
        null,
        directory.resolve("cache"),
        directory.resolve("trainers"));
  }

  private String log() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("trainers"))) {
      return Files.readString(
          files.filter(file -> file.endsWith("trainer.log")).findFirst().orElseThrow());
    }
  }

  private static JobSpec job(FloatType type) {
    return JobSpec.newBuilder()
        .setJob("fake")
        .setTrainerMemoryMib(64)
        .setModel(
            ModelSpec.newBuilder()
                .setInputs(2)
                .addLayers(DenseLayer.newBuilder().setUnits(1).setActivation(Activation.SIGMOID))
                .setLoss(Loss.BINARY_CROSS_ENTROPY)
                .setFloatType(type))
        .build();
  }
}

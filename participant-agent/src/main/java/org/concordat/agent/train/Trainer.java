package org.concordat.agent.train;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.train.TrainerFailedException.Reason;
import org.concordat.learning.ModelState;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.Frames;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Metrics;
import org.concordat.protocol.v1.TrainerCommand;
import org.concordat.protocol.v1.TrainerDone;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerReply;
import org.concordat.protocol.v1.TrainerWork;
import org.jspecify.annotations.Nullable;

/**
 * One trainer process, for one job. Its answers are checked as a stranger's: length, finiteness,
 * order, size and time. Any failure ends the process. Not thread-safe, but for {@link #kill}.
 */
public final class Trainer implements LocalTrainer {
  private static final int FRAME_OVERHEAD_BYTES = 1 << 16;
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final int FRAME_LENGTH_BYTES = 4;
  private static final byte[] LAST_WORDS =
      "Terminating due to java.lang.OutOfMemoryError".getBytes(StandardCharsets.US_ASCII);

  private final Process process;
  private final OutputStream commands;
  private final InputStream replies;
  private final LastLines errors;
  private final Thread killer;
  private final FloatType floatType;
  private final int parameters;
  private final int trainRows;
  private final int memoryMib;
  private volatile boolean talking;

  private Trainer(Process process, LastLines errors, JobSpec spec, int trainRows) {
    this.process = process;
    this.errors = errors;
    this.commands = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
    this.replies = new BufferedInputStream(process.getInputStream(), 1 << 16);
    this.floatType = spec.getModel().getFloatType();
    this.parameters = JobSpecs.parameters(spec.getModel());
    this.trainRows = trainRows;
    this.memoryMib = spec.getTrainerMemoryMib();
    this.killer = new Thread(this::kill, "trainer-killer");
    Runtime.getRuntime().addShutdownHook(killer);
  }

  /**
   * Starts a trainer and hands it the model's description and the site's rows.
   *
   * @param startLimit until it is ready
   * @throws TrainerFailedException if the data does not fit the model, or the process does not
   *     become ready
   */
  public static Trainer start(TrainerLaunch launch, JobSpec spec, DataSet data, Duration startLimit)
      throws TrainerFailedException {
    String misfit = data.misfit(spec);
    if (!misfit.isEmpty()) {
      throw new TrainerFailedException(Reason.UNFIT_DATA, misfit);
    }
    launch.requireUsableCache();
    TrainerCommand open = open(spec, data);
    Trainer trainer;
    try {
      trainer = launch(launch, spec, data.trainRows());
    } catch (IOException failure) {
      throw new TrainerFailedException(
          Reason.NOT_STARTED,
          "%s cannot be started: %s. Check 'trainer' in the agent's file"
              .formatted(launch.command().get(0), failure.getMessage()));
    }
    TrainerReply reply = trainer.exchange(open, startLimit);
    if (!reply.hasReady()
        || reply.getReady().getProtocolVersion() != ProtocolVersion.TRAINER
        || reply.getReady().getParameters() != trainer.parameters) {
      throw trainer.failed(
          Reason.RUBBISH,
          "it answered %s, version %s, %s parameters; expected READY, version %s, %s"
              .formatted(
                  reply.getKindCase(),
                  reply.getReady().getProtocolVersion(),
                  reply.getReady().getParameters(),
                  ProtocolVersion.TRAINER,
                  trainer.parameters));
    }
    return trainer;
  }

  private static Trainer launch(TrainerLaunch launch, JobSpec spec, int trainRows)
      throws IOException {
    Files.createDirectories(launch.directory());
    Leftovers.remove(launch.directory());
    Path directory = Files.createTempDirectory(launch.directory(), spec.getJob() + "-");
    ProcessBuilder builder =
        new ProcessBuilder(launch.commandLine(spec.getTrainerMemoryMib()))
            .directory(directory.toFile());
    TrainerLaunch.clean(builder.environment(), directory);
    Process process = builder.start();
    LastLines errors = new LastLines(process.getErrorStream(), directory.resolve("trainer.log"));
    return new Trainer(process, errors, spec, trainRows);
  }

  private static TrainerCommand open(JobSpec spec, DataSet data) {
    FloatType type = spec.getModel().getFloatType();
    return TrainerCommand.newBuilder()
        .setOpen(
            TrainerOpen.newBuilder()
                .setProtocolVersion(ProtocolVersion.TRAINER)
                .setModel(spec.getModel())
                .setPlan(spec.getPlan())
                .setTrainFeatures(data.trainFeatures(type))
                .setTrainLabels(data.trainLabels(type, DataSet.outputs(spec.getModel())))
                .setTestFeatures(data.testFeatures(type))
                .setTestLabels(data.testLabels(type, DataSet.outputs(spec.getModel()))))
        .build();
  }

  /**
   * Trains from the given parameters, or only scores them.
   *
   * @param limit after which the process is ended
   */
  @Override
  public Trained work(long round, ModelState from, boolean train, Duration limit)
      throws TrainerFailedException {
    TrainerCommand command =
        TrainerCommand.newBuilder()
            .setWork(
                TrainerWork.newBuilder()
                    .setRound(round)
                    .setParameters(FloatVectors.encode(floatType, from.size(), from::copyTo))
                    .setTrain(train))
            .build();
    TrainerReply reply = exchange(command, limit);
    if (!reply.hasDone() || reply.getDone().getRound() != round) {
      throw failed(Reason.RUBBISH, "it answered " + reply.getKindCase() + " for round " + round);
    }
    return trained(reply.getDone(), train);
  }

  private Trained trained(TrainerDone done, boolean train) throws TrainerFailedException {
    if (done.getTrainRows() < 1 || done.getTrainRows() > trainRows) {
      throw failed(
          Reason.RUBBISH,
          "it says it used " + done.getTrainRows() + " training rows, it was given " + trainRows);
    }
    requireCounts(done.getTrainMetrics());
    requireCounts(done.getTestMetrics());
    try {
      double[] after =
          train
              ? FloatVectors.decode(
                  floatType, done.getParameters(), parameters, "the trainer's vector")
              : new double[0];
      return new Trained(after, done.getTrainRows(), done.getTrainMetrics(), done.getTestMetrics());
    } catch (FloatVectors.BadVectorException bad) {
      throw failed(Reason.BAD_VECTOR, bad.getMessage() + hint(bad));
    }
  }

  private static String hint(FloatVectors.BadVectorException bad) {
    return String.valueOf(bad.getMessage()).contains("finite values")
        ? ": parameters not finite; lower the learning rate"
        : "";
  }

  private void requireCounts(Metrics metrics) throws TrainerFailedException {
    if (metrics.getCorrect() < 0 || metrics.getCorrect() > metrics.getRows()) {
      throw failed(
          Reason.RUBBISH,
          "it says that " + metrics.getCorrect() + " of " + metrics.getRows() + " rows are right");
    }
  }

  private TrainerReply exchange(TrainerCommand command, Duration limit)
      throws TrainerFailedException {
    CompletableFuture<TrainerReply> answer = new CompletableFuture<>();
    Thread conversation = new Thread(() -> converse(command, answer), "trainer-conversation");
    conversation.setDaemon(true);
    talking = true;
    conversation.start();
    try {
      TrainerReply reply = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
      talking = false;
      if (reply.hasFailure()) {
        throw failed(Reason.REFUSED, reply.getFailure().getReason());
      }
      return reply;
    } catch (TimeoutException tooLong) {
      throw failed(Reason.TIMED_OUT, "no answer within " + limit.toMillis() / 1000.0 + " s");
    } catch (ExecutionException failure) {
      throw broken(failure.getCause());
    } catch (InterruptedException interrupted) {
      TrainerFailedException failed = failed(Reason.CRASHED, "the agent was interrupted");
      Thread.currentThread().interrupt();
      throw failed;
    }
  }

  /** Why a conversation broke: what the process said of itself in its last moments, first. */
  private TrainerFailedException broken(@Nullable Throwable cause) {
    if (cause instanceof OutOfMemoryError) {
      return failed(
          Reason.OUT_OF_MEMORY,
          "this site's agent is out of memory: give it a larger heap (CONCORDAT_HEAP), or trainer-memory-mib"
              + " is too small for the model");
    }
    boolean rubbish = cause instanceof Frames.BadFrameException;
    String ended =
        cause instanceof Frames.BadFrameException bad
            ? String.valueOf(bad.getMessage())
            // how the pipe broke is an accident of timing, and no reason to tell
            : status() + (cause instanceof IOException ? "" : " (" + cause + ")");
    String last = String.join("\n", errors.last());
    if (cause instanceof LastWordsException || last.contains("OutOfMemoryError")) {
      return failed(
          Reason.OUT_OF_MEMORY,
          "the trainer is out of memory: trainer-memory-mib of the job is " + memoryMib);
    }
    if (last.contains("UnsatisfiedLinkError") || last.contains("failed to map segment")) {
      return failed(
          Reason.NOT_STARTED,
          "the trainer's native libraries cannot be loaded: trainer.native-cache must be on a file"
              + " system with room that is not mounted noexec");
    }
    return failed(rubbish ? Reason.RUBBISH : Reason.CRASHED, ended);
  }

  /** The JVM's own words on the way out, where a reply was due. */
  private static final class LastWordsException extends IOException {
    LastWordsException() {
      super("the trainer's JVM ended for want of memory");
    }
  }

  /** "Terminating due to java.lang.OutOfMemoryError" is printed among the frames. */
  private void refuseLastWords() throws IOException {
    replies.mark(LAST_WORDS.length);
    byte[] first = replies.readNBytes(FRAME_LENGTH_BYTES);
    boolean begins = Arrays.equals(first, Arrays.copyOf(LAST_WORDS, FRAME_LENGTH_BYTES));
    byte[] rest = begins ? replies.readNBytes(LAST_WORDS.length - first.length) : new byte[0];
    if (begins
        && Arrays.equals(
            rest, Arrays.copyOfRange(LAST_WORDS, FRAME_LENGTH_BYTES, LAST_WORDS.length))) {
      throw new LastWordsException();
    }
    replies.reset();
  }

  private void converse(TrainerCommand command, CompletableFuture<TrainerReply> answer) {
    try {
      IOException notTaken = send(command);
      refuseLastWords();
      int most = 8 * parameters + FRAME_OVERHEAD_BYTES;
      TrainerReply reply = Frames.read(replies, TrainerReply.parser(), most);
      if (reply == null) {
        answer.completeExceptionally(notTaken == null ? new IOException("no reply") : notTaken);
      } else {
        answer.complete(reply);
      }
    } catch (IOException | RuntimeException | OutOfMemoryError failure) {
      answer.completeExceptionally(failure);
    }
  }

  /** A trainer that refuses may stop reading early; what it has to say is still read. */
  private @Nullable IOException send(TrainerCommand command) {
    try {
      Frames.write(commands, command);
      return null;
    } catch (IOException notTaken) {
      return notTaken;
    }
  }

  private String status() {
    return waitForEnd() ? "it ended with status " + process.exitValue() : "it closed its output";
  }

  private TrainerFailedException failed(Reason reason, String what) {
    kill();
    waitForEnd();
    release();
    return new TrainerFailedException(reason, what, errors.last());
  }

  /**
   * Ends the process and whatever it started. Its input is not closed here: another thread may be
   * blocked writing to it, and closing would wait for that thread.
   */
  @Override
  public void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private boolean waitForEnd() {
    try {
      return process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void release() {
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException shuttingDown) {
      kill();
    }
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Closes the trainer's input, which ends it; if it does not, or is at work, it is killed. */
  @Override
  public void close() {
    if (process.isAlive() && !talking) {
      try {
        commands.close();
      } catch (IOException brokenPipe) {
        kill();
      }
      if (waitForEnd()) {
        release();
        return;
      }
    }
    kill();
    release();
  }
}

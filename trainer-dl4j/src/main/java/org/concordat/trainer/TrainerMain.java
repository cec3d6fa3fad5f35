package org.concordat.trainer;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.concordat.protocol.Frames;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.TrainerCommand;
import org.concordat.protocol.v1.TrainerFailure;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerReady;
import org.concordat.protocol.v1.TrainerReply;

/**
 * {@code TrainerMain} serves one job until its input closes; {@code TrainerMain --prepare} only
 * unpacks the natives into the cache directory ({@code -Dorg.bytedeco.javacpp.cachedir}), trains
 * for a moment on made-up rows, so that Java can note which classes that takes, and ends.
 */
public final class TrainerMain {
  /** The largest command: a data set or a model of 10^8 float64 values. */
  private static final int MAX_FRAME_BYTES = 1 << 30;

  private TrainerMain() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    OutputStream replies = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
    System.setOut(
        System.err); // stdout carries frames only; a library that prints must not break them
    if (arguments.length == 1 && arguments[0].equals("--prepare")) {
      Rehearsal.run();
      System.exit(0);
    }
    serve(commands(new BufferedInputStream(new FileInputStream(FileDescriptor.in))), replies);
  }

  /**
   * Reads ahead, so that the end of the input ends the process at once, even in the middle of
   * training.
   */
  private static BlockingQueue<TrainerCommand> commands(InputStream in) {
    BlockingQueue<TrainerCommand> queue = new LinkedBlockingQueue<>(2);
    Thread reader =
        new Thread(
            () -> {
              int status = 0;
              try {
                TrainerCommand command;
                while ((command = Frames.read(in, TrainerCommand.parser(), MAX_FRAME_BYTES))
                    != null) {
                  queue.put(command);
                }
              } catch (IOException | InterruptedException broken) {
                System.err.println("trainer: input broken: " + broken.getMessage());
                status = 1;
              }
              Runtime.getRuntime().halt(status);
            },
            "commands");
    reader.setDaemon(true);
    reader.start();
    return queue;
  }

  private static void serve(BlockingQueue<TrainerCommand> commands, OutputStream replies)
      throws IOException, InterruptedException {
    TrainerCommand first = commands.take();
    try {
      if (!first.hasOpen()) {
        throw new IllegalArgumentException(
            "the first command must be open, got " + first.getKindCase());
      }
      TrainerOpen open = first.getOpen();
      ProtocolVersion.require("the agent", open.getProtocolVersion(), ProtocolVersion.TRAINER);
      DenseTrainer trainer = new DenseTrainer(open);
      Frames.write(
          replies,
          TrainerReply.newBuilder()
              .setReady(
                  TrainerReady.newBuilder()
                      .setProtocolVersion(ProtocolVersion.TRAINER)
                      .setParameters(trainer.parameters())
                      .setSoftware("trainer-dl4j"))
              .build());
      while (true) {
        TrainerCommand command = commands.take();
        if (!command.hasWork()) {
          throw new IllegalArgumentException("expected work, got " + command.getKindCase());
        }
        Frames.write(
            replies, TrainerReply.newBuilder().setDone(trainer.run(command.getWork())).build());
      }
    } catch (RuntimeException failure) {
      fail(replies, String.valueOf(failure.getMessage()));
    } catch (OutOfMemoryError full) { // of JavaCPP: the JVM's own ends the process
      System.err.println(full);
      fail(replies, "out of memory: trainer-memory-mib of the job is too small for the model");
    }
  }

  private static void fail(OutputStream replies, String reason) throws IOException {
    Frames.write(
        replies,
        TrainerReply.newBuilder()
            .setFailure(TrainerFailure.newBuilder().setReason(reason))
            .build());
    System.exit(1);
  }
}

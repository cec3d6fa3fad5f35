package org.concordat.agent.train;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.Frames;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Metrics;
import org.concordat.protocol.v1.TrainerCommand;
import org.concordat.protocol.v1.TrainerDone;
import org.concordat.protocol.v1.TrainerFailure;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerReady;
import org.concordat.protocol.v1.TrainerReply;
import org.concordat.protocol.v1.TrainerWork;

/**
 * A child process that behaves, or misbehaves as its first argument says. It adds one to every
 * parameter.
 */
public final class FakeTrainer {
  private static final int LIMIT = 1 << 26;
  private static final InputStream IN =
      new BufferedInputStream(new FileInputStream(FileDescriptor.in));
  private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

  private FakeTrainer() {}

  public static void main(String[] arguments) throws Exception {
    String fault = arguments[0];
    if (fault.equals("never-reads")) {
      hang();
    }
    if (fault.equals("refuses-unread")) {
      reply(
          TrainerReply.newBuilder()
              .setFailure(TrainerFailure.newBuilder().setReason("no room here")));
      return;
    }
    TrainerOpen open = Frames.read(IN, TrainerCommand.parser(), LIMIT).getOpen();
    onOpen(fault, open);
    TrainerCommand command;
    while ((command = Frames.read(IN, TrainerCommand.parser(), LIMIT)) != null) {
      onWork(fault, open, command.getWork());
    }
    if (fault.equals("stays")) {
      hang();
    }
  }

  private static void onOpen(String fault, TrainerOpen open) throws Exception {
    int parameters = JobSpecs.parameters(open.getModel());
    int version = ProtocolVersion.TRAINER;
    switch (fault) {
      case "crashes-at-start" -> crash();
      case "hangs-at-start" -> hang();
      case "other-version" -> version++;
      case "other-model" -> parameters++;
      case "prints" -> System.out.println("Welcome to the trainer!");
      case "environment" -> System.getenv().keySet().stream().sorted().forEach(System.err::println);
      case "floods-stderr" -> System.err.print("x".repeat(5_000_000));
      default -> {}
    }
    reply(
        TrainerReply.newBuilder()
            .setReady(
                TrainerReady.newBuilder()
                    .setProtocolVersion(version)
                    .setParameters(parameters)
                    .setSoftware(System.getProperty("user.dir"))));
  }

  private static void onWork(String fault, TrainerOpen open, TrainerWork work) throws Exception {
    FloatType type = open.getModel().getFloatType();
    double[] values =
        FloatVectors.decode(
            type, work.getParameters(), JobSpecs.parameters(open.getModel()), "parameters");
    double[] after = Arrays.stream(values).map(value -> value + 1).toArray();
    int rows = open.getTrainFeatures().getRows();
    TrainerDone.Builder done =
        TrainerDone.newBuilder()
            .setRound(work.getRound())
            .setTrainRows(rows)
            .setTrainMetrics(Metrics.newBuilder().setRows(rows).setCorrect(1).setLoss(0.5))
            .setTestMetrics(Metrics.newBuilder().setRows(4).setCorrect(3).setLoss(0.25));
    switch (fault) {
      case "hangs" -> hang();
      case "crashes" -> crash();
      case "nan" -> after[1] = Double.NaN;
      case "too-short" -> after = Arrays.copyOf(after, after.length - 1);
      case "too-long" -> after = Arrays.copyOf(after, after.length + 1);
      case "other-round" -> done.setRound(work.getRound() + 1);
      case "more-rows" -> done.setTrainRows(rows + 1);
      case "negative-rows" -> done.setTrainRows(-1);
      case "too-right" -> done.setTestMetrics(Metrics.newBuilder().setRows(4).setCorrect(5));
      case "huge-frame" -> {
        OUT.write(ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).array());
        hang();
      }
      case "out-of-memory" -> {
        System.out.println("Terminating due to java.lang.OutOfMemoryError: Java heap space");
        System.exit(3);
      }
      case "native-memory" -> {
        System.err.println("java.lang.OutOfMemoryError: Physical memory usage is too high");
        System.exit(1);
      }
      case "no-natives" -> {
        System.err.println("java.lang.UnsatisfiedLinkError: no jnind4jcpu in java.library.path");
        System.exit(1);
      }
      case "endless" -> endless();
      case "half" -> half(done);
      case "rubbish" -> {
        OUT.write(new byte[] {0, 0, 0, 3, (byte) 0xff, (byte) 0xff, (byte) 0xff});
        hang();
      }
      case "refuses" ->
          reply(
              TrainerReply.newBuilder()
                  .setFailure(TrainerFailure.newBuilder().setReason("loss is NaN")));
      default -> {}
    }
    reply(TrainerReply.newBuilder().setDone(done.setParameters(FloatVectors.encode(type, after))));
  }

  private static void half(TrainerDone.Builder done) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    Frames.write(frame, TrainerReply.newBuilder().setDone(done).build());
    OUT.write(frame.toByteArray(), 0, frame.size() / 2);
    System.exit(0);
  }

  private static void endless() throws IOException {
    byte[] zeros = new byte[1 << 16];
    Arrays.fill(zeros, (byte) 'a');
    while (true) {
      OUT.write(zeros);
    }
  }

  private static void crash() {
    for (int i = 1; i <= 30; i++) {
      System.err.println("last words " + i);
    }
    System.exit(7);
  }

  private static void hang() throws InterruptedException {
    Thread.sleep(600_000);
  }

  private static void reply(TrainerReply.Builder reply) throws IOException {
    Frames.write(OUT, reply.build());
  }
}

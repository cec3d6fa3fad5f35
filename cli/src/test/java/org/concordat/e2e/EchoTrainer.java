package org.concordat.e2e;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.Frames;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Metrics;
import org.concordat.protocol.v1.TrainerCommand;
import org.concordat.protocol.v1.TrainerDone;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerReady;
import org.concordat.protocol.v1.TrainerReply;

/**
 * A trainer process that returns at once: it adds {@code OFFSET + i} levels of a 16-bit
 * quantisation with bound 1 to parameter i, OFFSET being its argument, so that a test knows the
 * quantised update of each member.
 */
public final class EchoTrainer {
  /** Levels of 16 bits: 2^15 - 1. */
  static final double LEVELS = 32_767;

  private EchoTrainer() {}

  public static void main(String[] arguments) throws IOException {
    int offset = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    InputStream in = new BufferedInputStream(System.in);
    OutputStream out = new BufferedOutputStream(System.out);
    TrainerCommand first = Frames.read(in, TrainerCommand.parser(), 1 << 30);
    if (first == null) {
      return;
    }
    TrainerOpen open = first.getOpen();
    FloatType type = open.getModel().getFloatType();
    int parameters = JobSpecs.parameters(open.getModel());
    Frames.write(
        out,
        TrainerReply.newBuilder()
            .setReady(
                TrainerReady.newBuilder()
                    .setProtocolVersion(1)
                    .setParameters(parameters)
                    .setSoftware("echo"))
            .build());
    TrainerCommand command;
    while ((command = Frames.read(in, TrainerCommand.parser(), 1 << 30)) != null) {
      double[] values =
          FloatVectors.decode(type, command.getWork().getParameters(), parameters, "parameters");
      for (int i = 0; i < values.length; i++) {
        values[i] += (offset + i) / LEVELS;
      }
      Metrics metrics = Metrics.newBuilder().setRows(10).setCorrect(7).setLoss(0.5).build();
      Frames.write(
          out,
          TrainerReply.newBuilder()
              .setDone(
                  TrainerDone.newBuilder()
                      .setRound(command.getWork().getRound())
                      .setParameters(FloatVectors.encode(type, values))
                      .setTrainRows(open.getTrainFeatures().getRows())
                      .setTrainMetrics(metrics)
                      .setTestMetrics(metrics))
              .build());
    }
  }
}

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

/** A trainer process that returns at once: it adds a fixed step to each parameter. */
public final class EchoTrainer {
  /** What is added to each parameter in each round. */
  public static final double STEP = 0.01;

  private EchoTrainer() {}

  public static void main(String[] arguments) throws IOException {
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
            .setReady(TrainerReady.newBuilder().setProtocolVersion(1).setParameters(parameters).setSoftware("echo"))
            .build());
    TrainerCommand command;
    while ((command = Frames.read(in, TrainerCommand.parser(), 1 << 30)) != null) {
      double[] values = FloatVectors.decode(type, command.getWork().getParameters(), parameters, "parameters");
      for (int i = 0; i < values.length; i++) {
        values[i] += STEP;
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

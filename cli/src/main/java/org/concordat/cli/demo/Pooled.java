package org.concordat.cli.demo;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.concordat.agent.data.DataSet;
import org.concordat.agent.train.TrainerLaunch;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.learning.InitialModel;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.Frames;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.ProtocolVersion;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Matrix;
import org.concordat.protocol.v1.TrainerCommand;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerReply;
import org.concordat.protocol.v1.TrainerWork;

/**
 * The demo's own yardstick, outside the alliance: one model trained on the rows of all sites
 * together, each standardised as its site does, with as many passes over the rows as the federation
 * makes.
 */
final class Pooled {
  private static final int MAX_FRAME_BYTES = 1 << 28;

  private Pooled() {}

  /** The trained parameters. */
  static double[] train(JobSpec spec, List<DataSet> sites, Path trainer, Path natives)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                TrainerLaunch.currentJava().toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.cachedir=" + natives,
                "-cp",
                trainer + "/*",
                "org.concordat.trainer.TrainerMain")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    try (OutputStream commands = new BufferedOutputStream(process.getOutputStream());
        InputStream replies = new BufferedInputStream(process.getInputStream())) {
      Frames.write(commands, TrainerCommand.newBuilder().setOpen(open(spec, sites)).build());
      reply(replies);
      double[] model =
          InitialModel.draw(
                  spec.getModel().getInputs(),
                  JobSpecs.units(spec.getModel()),
                  spec.getInitialSeed())
              .parameters();
      FloatType type = spec.getModel().getFloatType();
      for (int round = 0; round < spec.getRounds(); round++) {
        TrainerWork work =
            TrainerWork.newBuilder()
                .setRound(round)
                .setParameters(FloatVectors.encode(type, model))
                .setTrain(true)
                .build();
        Frames.write(commands, TrainerCommand.newBuilder().setWork(work).build());
        model =
            FloatVectors.decode(
                type, reply(replies).getDone().getParameters(), model.length, "pooled model");
      }
      return model;
    } finally {
      process.destroy();
      if (!process.waitFor(2, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      removeHook(killer);
    }
  }

  private static void removeHook(Thread killer) {
    try {
      Runtime.getRuntime().removeShutdownHook(killer);
    } catch (IllegalStateException shuttingDown) {
      // it runs already
    }
  }

  private static TrainerReply reply(InputStream replies) throws IOException {
    TrainerReply reply = Frames.read(replies, TrainerReply.parser(), MAX_FRAME_BYTES);
    if (reply == null || reply.hasFailure()) {
      throw new Failure(
          ExitCode.INTERNAL,
          "the trainer of the pooled yardstick failed: "
              + (reply == null ? "it ended" : reply.getFailure().getReason()),
          "");
    }
    return reply;
  }

  private static TrainerOpen open(JobSpec spec, List<DataSet> sites) {
    FloatType type = spec.getModel().getFloatType();
    int outputs = DataSet.outputs(spec.getModel());
    Matrix none = Matrix.newBuilder().setColumns(outputs).build();
    return TrainerOpen.newBuilder()
        .setProtocolVersion(ProtocolVersion.TRAINER)
        .setModel(spec.getModel())
        .setPlan(spec.getPlan())
        .setTrainFeatures(stack(sites.stream().map(site -> site.trainFeatures(type)).toList()))
        .setTrainLabels(stack(sites.stream().map(site -> site.trainLabels(type, outputs)).toList()))
        .setTestFeatures(Matrix.newBuilder().setColumns(spec.getModel().getInputs()))
        .setTestLabels(none)
        .build();
  }

  private static Matrix stack(List<Matrix> parts) {
    ByteString values = ByteString.EMPTY;
    int rows = 0;
    for (Matrix part : parts) {
      values = values.concat(part.getValues());
      rows += part.getRows();
    }
    return Matrix.newBuilder()
        .setRows(rows)
        .setColumns(parts.get(0).getColumns())
        .setValues(values)
        .build();
  }
}

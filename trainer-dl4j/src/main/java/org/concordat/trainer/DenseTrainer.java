package org.concordat.trainer;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.SplittableRandom;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.Loss;
import org.concordat.protocol.v1.Matrix;
import org.concordat.protocol.v1.Metrics;
import org.concordat.protocol.v1.TrainerDone;
import org.concordat.protocol.v1.TrainerOpen;
import org.concordat.protocol.v1.TrainerWork;
import org.concordat.protocol.v1.TrainingPlan;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One job's network and data. {@code setParams} of DL4J accepts vectors that are too long, and
 * NaNs, without a word: every vector is checked here first.
 */
final class DenseTrainer {
  private final FloatType floatType;
  private final TrainingPlan plan;
  private final Loss loss;
  private final int parameters;
  private final MultiLayerNetwork network;
  private final INDArray trainFeatures;
  private final INDArray trainLabels;
  private final INDArray testFeatures;
  private final INDArray testLabels;

  DenseTrainer(TrainerOpen open) {
    floatType = open.getModel().getFloatType();
    DataType type = floatType == FloatType.FLOAT32 ? DataType.FLOAT : DataType.DOUBLE;
    Nd4j.setDefaultDataTypes(type, type);
    plan = open.getPlan();
    loss = open.getModel().getLoss();
    parameters = JobSpecs.parameters(open.getModel());
    network = Networks.build(open.getModel(), plan, type);
    List<Integer> units = JobSpecs.units(open.getModel());
    int outputs = units.get(units.size() - 1);
    trainFeatures =
        array(open.getTrainFeatures(), open.getModel().getInputs(), "training features");
    trainLabels = array(open.getTrainLabels(), outputs, "training labels");
    testFeatures = array(open.getTestFeatures(), open.getModel().getInputs(), "test features");
    testLabels = array(open.getTestLabels(), outputs, "test labels");
    if (trainFeatures.rows() != trainLabels.rows()
        || rows(open.getTestFeatures()) != rows(open.getTestLabels())) {
      throw new IllegalArgumentException("features and labels differ in rows");
    }
  }

  int parameters() {
    return parameters;
  }

  /** Scores the parameters that came in, then trains from them if asked. */
  TrainerDone run(TrainerWork work) {
    double[] incoming =
        FloatVectors.decode(floatType, work.getParameters(), parameters, "parameters");
    network.setParams(
        Nd4j.createFromArray(incoming).castTo(trainFeatures.dataType()).reshape(1, parameters));
    TrainerDone.Builder done =
        TrainerDone.newBuilder()
            .setRound(work.getRound())
            .setTrainRows(trainFeatures.rows())
            .setTrainMetrics(score(trainFeatures, trainLabels))
            .setTestMetrics(score(testFeatures, testLabels));
    if (work.getTrain()) {
      train(work.getRound());
      double[] trained = network.params().toDoubleVector();
      done.setParameters(finite(trained));
    }
    return done.build();
  }

  /** What float32 cannot hold is not finite either. */
  private ByteString finite(double[] trained) {
    ByteString encoded = FloatVectors.encode(floatType, trained);
    try {
      FloatVectors.decode(floatType, encoded, parameters, "trained parameters");
      return encoded;
    } catch (FloatVectors.BadVectorException notFinite) {
      throw new IllegalArgumentException(
          "parameters not finite after training; lower the learning rate ("
              + notFinite.getMessage()
              + ")",
          notFinite);
    }
  }

  private void train(long round) {
    Networks.forget(network);
    SplittableRandom random = new SplittableRandom(plan.getSeed() * 31 + round);
    int rows = trainFeatures.rows();
    int batch = plan.getBatchSize() == 0 ? rows : Math.min(rows, plan.getBatchSize());
    for (int epoch = 0; epoch < plan.getLocalEpochs(); epoch++) {
      int[] order = shuffled(rows, random);
      for (int from = 0; from < rows; from += batch) {
        int[] picked = java.util.Arrays.copyOfRange(order, from, Math.min(rows, from + batch));
        network.fit(new DataSet(trainFeatures.getRows(picked), trainLabels.getRows(picked)));
      }
    }
  }

  private Metrics score(INDArray features, INDArray labels) {
    if (features.isEmpty()) {
      return Metrics.getDefaultInstance();
    }
    return Scores.of(
        loss, network.output(features, false).toDoubleMatrix(), labels.toDoubleMatrix());
  }

  private static int[] shuffled(int rows, SplittableRandom random) {
    int[] order = new int[rows];
    for (int i = 0; i < rows; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private static int rows(Matrix matrix) {
    return matrix.getRows();
  }

  private INDArray array(Matrix matrix, int columns, String what) {
    if (matrix.getColumns() != columns && matrix.getRows() > 0) {
      throw new IllegalArgumentException(
          what + " have " + matrix.getColumns() + " columns, the model needs " + columns);
    }
    DataType type = floatType == FloatType.FLOAT32 ? DataType.FLOAT : DataType.DOUBLE;
    if (matrix.getRows() == 0) {
      return Nd4j.empty(type);
    }
    double[] values =
        FloatVectors.decode(
            floatType, matrix.getValues(), Math.multiplyExact(matrix.getRows(), columns), what);
    return Nd4j.createFromArray(values).castTo(type).reshape('c', matrix.getRows(), columns);
  }
}

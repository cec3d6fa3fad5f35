package org.concordat.trainer;

import org.concordat.protocol.v1.ModelSpec;
import org.concordat.protocol.v1.Optimizer;
import org.concordat.protocol.v1.TrainingPlan;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A model described as data, as a DL4J network. DL4J's flat parameter order is that of {@code
 * ModelSpec}.
 */
final class Networks {
  private Networks() {}

  static MultiLayerNetwork build(ModelSpec model, TrainingPlan plan, DataType type) {
    IUpdater updater =
        plan.getOptimizer() == Optimizer.ADAM
            ? new Adam(plan.getLearningRate())
            : new Sgd(plan.getLearningRate());
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(plan.getSeed())
            .dataType(type)
            .updater(updater)
            .l2(plan.getL2())
            .list();
    int inputs = model.getInputs();
    int last = model.getLayersCount() - 1;
    for (int i = 0; i <= last; i++) {
      int units = model.getLayers(i).getUnits();
      Activation activation = activation(model.getLayers(i).getActivation());
      layers.layer(
          i == last
              ? new OutputLayer.Builder(loss(model))
                  .nIn(inputs)
                  .nOut(units)
                  .activation(activation)
                  .build()
              : new DenseLayer.Builder().nIn(inputs).nOut(units).activation(activation).build());
      inputs = units;
    }
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  /** Starts the local optimiser afresh, as each round of FedAvg does. */
  static void forget(MultiLayerNetwork network) {
    INDArray state = network.getUpdater().getStateViewArray();
    if (state != null) {
      state.assign(0);
    }
    network.getLayerWiseConfigurations().setIterationCount(0);
  }

  private static LossFunction loss(ModelSpec model) {
    switch (model.getLoss()) {
      case BINARY_CROSS_ENTROPY:
        return LossFunction.XENT;
      case CROSS_ENTROPY:
        return LossFunction.MCXENT;
      case MEAN_SQUARED_ERROR:
        return LossFunction.MSE;
      default:
        throw new IllegalArgumentException("unknown loss " + model.getLoss());
    }
  }

  private static Activation activation(org.concordat.protocol.v1.Activation activation) {
    switch (activation) {
      case IDENTITY:
        return Activation.IDENTITY;
      case SIGMOID:
        return Activation.SIGMOID;
      case TANH:
        return Activation.TANH;
      case RELU:
        return Activation.RELU;
      case SOFTMAX:
        return Activation.SOFTMAX;
      default:
        throw new IllegalArgumentException("unknown activation " + activation);
    }
  }
}

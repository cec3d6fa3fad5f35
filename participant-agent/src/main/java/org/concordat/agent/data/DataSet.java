package org.concordat.agent.data;

import java.nio.file.Path;
import java.util.List;
import org.concordat.agent.train.TrainerFailedException;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Matrix;

/** Placeholder: a validated data set. To be written. */
public record DataSet(String name, String dataClass, List<String> subjectRegions, byte[] digest) {
  /** Loads and validates; every mistake at once. */
  public static DataSet load(Path description, Path dataRoot) {
    throw new UnsupportedOperationException();
  }

  /** Whether features and labels fit a job's model. */
  public void requireFits(JobSpec spec) throws TrainerFailedException {
    throw new UnsupportedOperationException();
  }

  public Matrix trainFeatures(FloatType type) {
    throw new UnsupportedOperationException();
  }

  public Matrix trainLabels(FloatType type) {
    throw new UnsupportedOperationException();
  }

  public Matrix testFeatures(FloatType type) {
    throw new UnsupportedOperationException();
  }

  public Matrix testLabels(FloatType type) {
    throw new UnsupportedOperationException();
  }
}

package org.concordat.agent.data;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.concordat.config.Problems.InvalidConfigurationException;
import org.concordat.protocol.FloatVectors;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Matrix;
import org.concordat.protocol.v1.ModelSpec;
import org.concordat.secureagg.Digest;

/**
 * A validated data set, in memory: every row was checked against the description, every value is
 * finite. Immutable. Its {@code toString} holds no record.
 */
public final class DataSet {
  private final DataSetDescription description;
  private final Samples samples;
  private final byte[] digest;
  private final List<String> warnings;

  private DataSet(
      DataSetDescription description, Samples samples, byte[] digest, List<String> warnings) {
    this.description = description;
    this.samples = samples;
    this.digest = digest;
    this.warnings = warnings;
  }

  /**
   * Loads and validates.
   *
   * @param description the YAML file
   * @param dataRoot the only directory from which rows are read; file names are relative to it
   * @throws InvalidConfigurationException with every mistake in the description
   * @throws InvalidDataException with every mistake in the files, at most 50 told
   */
  public static DataSet load(Path description, Path dataRoot) {
    return load(DescriptionReader.read(description), dataRoot);
  }

  static DataSet load(DataSetDescription description, Path dataRoot) {
    Loader loader = new Loader(description);
    Samples samples = loader.load(dataRoot);
    return new DataSet(description, samples, loader.digest(), loader.warnings());
  }

  DataSetDescription description() {
    return description;
  }

  /** By which jobs ask for it. */
  public String name() {
    return description.name();
  }

  /** A fact for the policy. */
  public String dataClass() {
    return description.dataClass();
  }

  /** A fact for the policy. */
  public List<String> subjectRegions() {
    return description.subjectRegions();
  }

  /**
   * SHA-256 over the files in the declared order, each preceded by its length in eight bytes,
   * big-endian; 32 bytes.
   */
  public byte[] digest() {
    return digest.clone();
  }

  /**
   * How the files are read: other columns, another label or split make other rows of the same
   * files.
   */
  public Digest reading() {
    return Digest.sha256(description.reading().getBytes(StandardCharsets.UTF_8));
  }

  /** What is allowed, and looks like a mistake; for this site's people, no cells. */
  public List<String> warnings() {
    return warnings;
  }

  public int trainRows() {
    return samples.train().rows();
  }

  public int testRows() {
    return samples.test().rows();
  }

  /** How many inputs a row has, after one-hot expansion. */
  public int inputs() {
    return description.table().width();
  }

  /** How many classes the label has. */
  public int classes() {
    return description.table().label().count();
  }

  /**
   * Why a job's model does not take these rows, with both sides' numbers; empty where it does: its
   * inputs are their features, and it has one output for two classes, or one for each class.
   */
  public String misfit(JobSpec spec) {
    ModelSpec model = spec.getModel();
    int outputs = outputs(model);
    if (model.getInputs() != inputs()) {
      return unfit(
          "has %s features per row, the job's model takes %s inputs"
              .formatted(inputs(), model.getInputs()));
    }
    return outputs == classes() || (outputs == 1 && classes() == 2)
        ? ""
        : unfit("has " + classes() + " classes, the job's model has " + outputs + " outputs");
  }

  private String unfit(String what) {
    return "data set '" + name() + "' " + what + ": correct the job, or the data set's description";
  }

  /** The outputs of a model. */
  public static int outputs(ModelSpec model) {
    int layers = model.getLayersCount();
    return layers == 0 ? 0 : model.getLayers(layers - 1).getUnits();
  }

  /** One row per training row, one column per input. */
  public Matrix trainFeatures(FloatType type) {
    return features(type, samples.train());
  }

  /** As {@link #trainFeatures}; without rows where there are none for testing. */
  public Matrix testFeatures(FloatType type) {
    return features(type, samples.test());
  }

  /**
   * The classes of the training rows: one column of 0 and 1 for a model of one output, else an
   * indicator per class.
   *
   * @param outputs of the model: 1 or the number of classes
   */
  public Matrix trainLabels(FloatType type, int outputs) {
    return labels(type, samples.train(), outputs);
  }

  /** As {@link #trainLabels}. */
  public Matrix testLabels(FloatType type, int outputs) {
    return labels(type, samples.test(), outputs);
  }

  private Matrix features(FloatType type, Part part) {
    return matrix(type, part.rows(), inputs(), part::feature);
  }

  private static Matrix labels(FloatType type, Part part, int outputs) {
    return matrix(
        type,
        part.rows(),
        outputs,
        (row, output) -> outputs == 1 ? part.label(row) : part.label(row) == output ? 1 : 0);
  }

  /** Gives a matrix's values. */
  private interface Values {
    double at(int row, int column);
  }

  private static Matrix matrix(FloatType type, int rows, int columns, Values values) {
    ByteString encoded =
        FloatVectors.encode(
            type,
            Math.multiplyExact(rows, columns),
            (piece, from, count) -> {
              int row = from / Math.max(1, columns);
              int column = from % Math.max(1, columns);
              for (int i = 0; i < count; i++) {
                piece[i] = values.at(row, column);
                column++;
                if (column == columns) {
                  column = 0;
                  row++;
                }
              }
            });
    return Matrix.newBuilder().setRows(rows).setColumns(columns).setValues(encoded).build();
  }

  @Override
  public String toString() {
    return "DataSet[%s, %s training rows, %s test rows, %s inputs]"
        .formatted(name(), trainRows(), testRows(), inputs());
  }
}

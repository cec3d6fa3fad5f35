package org.concordat.coordinator.model;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.concordat.coordinator.stored.Kinds;
import org.concordat.protocol.v1.ModelSummary;
import org.concordat.store.Blobs;
import org.concordat.store.Entries;

/**
 * Published models, by job and version. A model is published after its release is durable in the
 * audit log.
 */
public final class ModelRegistry {

  private final Entries entries;
  private final Blobs blobs;

  public ModelRegistry(Entries entries, Blobs blobs) {
    this.entries = entries;
    this.blobs = blobs;
  }

  /** Publishes a version, or the same again. Durable when it returns. */
  public void publish(ModelSummary model) {
    entries.put(Kinds.MODELS, key(model.getJob(), model.getVersion()), model.toByteArray());
  }

  /** The versions of a job, or of all jobs where it is empty, oldest first. */
  public List<ModelSummary> list(String job) {
    List<ModelSummary> found = new ArrayList<>();
    for (byte[] stored : entries.all(Kinds.MODELS).values()) {
      ModelSummary model = parse(stored);
      if (job.isEmpty() || model.getJob().equals(job)) {
        found.add(model);
      }
    }
    return found;
  }

  /** One version; -1 is the newest. */
  public Optional<ModelSummary> find(String job, int version) {
    if (version >= 0) {
      return entries.get(Kinds.MODELS, key(job, version)).map(ModelRegistry::parse);
    }
    List<ModelSummary> all = list(job);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /** Adds what a later round learned of a version. */
  public void evaluated(String job, int version, double loss, double accuracy) {
    find(job, version)
        .ifPresent(model -> publish(model.toBuilder().setLoss(loss).setAccuracy(accuracy).build()));
  }

  /** The bytes of a published model: little-endian float64. */
  public byte[] content(ModelSummary model) {
    return blobs
        .get(model.getDigest())
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the bytes of model " + model.getDigest() + " are missing"));
  }

  private static String key(String job, int version) {
    return job + "/" + Kinds.digits(version, 6);
  }

  private static ModelSummary parse(byte[] stored) {
    try {
      return ModelSummary.parseFrom(stored);
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("a model's record is damaged", damaged);
    }
  }
}

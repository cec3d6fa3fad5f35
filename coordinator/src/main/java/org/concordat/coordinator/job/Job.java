package org.concordat.coordinator.job;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import org.concordat.coordinator.job.record.JobRecord;
import org.concordat.coordinator.job.record.JobState;
import org.concordat.learning.InitialModel;
import org.concordat.learning.RoundVector;
import org.concordat.protocol.JobSpecs;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.JobSummary;
import org.concordat.protocol.v1.SecureAggregationPlan;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.kernel.Quantisation;
import org.concordat.secureagg.message.Task;

/** A job's record with its spec at hand. Immutable. */
public record Job(JobRecord record, JobSpec spec) {
  /** Payload type of the envelope that an operator signs. */
  public static final String SPEC_TYPE = "job.spec";

  /** Payload type of a member's answer. */
  public static final String CONSENT_TYPE = "job.consent";

  /** Payload type of a person's answer. */
  public static final String APPROVAL_TYPE = "job.approval";

  /** Reads a stored record; the spec's signature was checked when it was submitted. */
  static Job parse(byte[] stored) {
    try {
      JobRecord record = JobRecord.parseFrom(stored);
      Envelope envelope =
          Envelope.parseFrom(SignedEnvelope.parseFrom(record.getSealedSpec()).getEnvelope());
      return new Job(record, JobSpec.parseFrom(envelope.getPayload()));
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("a job's record is damaged", damaged);
    }
  }

  public String id() {
    return spec.getJob();
  }

  public boolean running() {
    return record.getState() == JobState.RUNNING;
  }

  public boolean ended() {
    return record.getState() != JobState.PROPOSED && record.getState() != JobState.RUNNING;
  }

  /**
   * What every member's consent and every state digest refers to: SHA-256 of the signed spec's
   * bytes.
   */
  public Digest planDigest() {
    return Digest.sha256(record.getSealedSpec().toByteArray());
  }

  public int parameters() {
    return InitialModel.parameterCount(
        spec.getModel().getInputs(), JobSpecs.units(spec.getModel()));
  }

  public int vectorLength() {
    return RoundVector.length(parameters());
  }

  /** Members that consented, sorted. */
  public List<String> consenting() {
    return record.getConsentsMap().entrySet().stream()
        .filter(Map.Entry::getValue)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /** The quantisation for a cohort of that size. */
  public Quantisation quantisation(int members) {
    return quantisation(spec.getSecureAggregation(), members);
  }

  static Quantisation quantisation(SecureAggregationPlan plan, int members) {
    if (plan.getWireBits() == 0) {
      return Quantisation.forCohort(
          plan.getQuantisationBits(),
          members,
          plan.getClipNormL2(),
          plan.getCoordinateBound(),
          plan.getMaxWeight());
    }
    return new Quantisation(
            plan.getWireBits(),
            plan.getQuantisationBits(),
            plan.getClipNormL2(),
            plan.getCoordinateBound(),
            plan.getMaxWeight())
        .requireNoWrap(members);
  }

  /** What the round with this index does: the last one only evaluates. */
  public Task.Kind kind(long index) {
    return index < spec.getRounds() ? Task.Kind.TRAIN : Task.Kind.EVALUATE;
  }

  /** How many rounds there are, the evaluation included. */
  public long rounds() {
    return spec.getRounds() + 1L;
  }

  /** For operators. */
  public JobSummary summary() {
    JobSummary.Builder summary =
        JobSummary.newBuilder()
            .setJob(id())
            .setTitle(spec.getTitle())
            .setState(record.getState().name())
            .setReason(record.getReason())
            .setRounds(spec.getRounds())
            .setRoundsCommitted(record.getRoundsCommitted())
            .addAllMembers(consenting());
    record.getExplanationsMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(refusal -> summary.addRefusals(refusal.getKey() + ": " + refusal.getValue()));
    record.getRemarksMap().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(remark -> summary.addRemarks(remark.getKey() + ": " + remark.getValue()));
    return summary.build();
  }
}

package org.concordat.coordinator.access;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.function.UnaryOperator;
import org.concordat.iam.Target;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.protocol.v1.SubmitJobRequest;

/**
 * What a request is about, for callers whose grants are limited. Of a job that is submitted it is
 * what its signed bytes say; that they are signed is found later, on the same bytes.
 */
public final class Targets {
  private static final String JOB = "job";

  private final UnaryOperator<String> purposes;

  /**
   * @param purposes the purpose of a job by its id; empty where there is no such job
   */
  public Targets(UnaryOperator<String> purposes) {
    this.purposes = purposes;
  }

  Target of(Object request) {
    if (request instanceof SubmitJobRequest submitted) {
      return submitted(submitted);
    }
    if (!(request instanceof Message message)) {
      return Target.NONE;
    }
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(JOB);
    if (field == null || field.getJavaType() != FieldDescriptor.JavaType.STRING) {
      return Target.NONE;
    }
    String job = (String) message.getField(field);
    return job.isEmpty() ? Target.NONE : new Target(job, purposes.apply(job));
  }

  private static Target submitted(SubmitJobRequest request) {
    try {
      Envelope envelope =
          Envelope.parseFrom(SignedEnvelope.parseFrom(request.getSealedSpec()).getEnvelope());
      JobSpec spec = JobSpec.parseFrom(envelope.getPayload());
      return new Target(spec.getJob(), spec.getPurpose());
    } catch (InvalidProtocolBufferException malformed) {
      return Target.NONE;
    }
  }
}

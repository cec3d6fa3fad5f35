package org.concordat.agent.sitelog;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.concordat.auditlog.AuditEntry;
import org.concordat.auditlog.EntryOutcome;
import org.concordat.auditlog.EntryType;
import org.concordat.auditlog.MalformedEntryException;
import org.concordat.protocol.v1.Consent;
import org.concordat.protocol.v1.Envelope;
import org.concordat.protocol.v1.JobClosed;
import org.concordat.protocol.v1.JobSpec;
import org.concordat.protocol.v1.Refused;
import org.concordat.protocol.v1.RosterApproval;
import org.concordat.protocol.v1.SignedEnvelope;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.message.Certificate;
import org.concordat.secureagg.message.Decline;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealQuorum;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.message.StateSignature;
import org.concordat.secureagg.message.SurvivorSignature;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.TokenMessage;
import org.concordat.secureagg.message.TokenRef;
import org.concordat.secureagg.message.UploadCommitment;

/**
 * Messages as entries: kind, job, round, digests, and no content. The actor asked or answered, the
 * subject is the kind of message. A message has one id however often it is sent. Signatures are not
 * checked here: what was asked is noted, whether or not it is acted upon.
 *
 * @param self this participant's name
 * @param coordinator its name
 */
public record SiteEntries(String self, String coordinator, Clock clock) {
  /** Subject of a job that was proposed. */
  public static final String PROPOSAL = "job.proposal";

  /** Subject of an answer to a job. */
  public static final String CONSENT = "job.consent";

  /** SHA-256 over the sorted roots of the uploads that a set of survivors names. */
  public static final String UPLOADS = "uploads";

  private static final Map<String, Function<byte[], TokenMessage>> OF_A_TASK =
      Map.of(
          UploadCommitment.TYPE, UploadCommitment::decode,
          Decline.TYPE, Decline::decode,
          Survivors.TYPE, Survivors::decode,
          SurvivorSignature.TYPE, SurvivorSignature::decode,
          Certificate.TYPE, Certificate::decode,
          Reveal.TYPE, Reveal::decode,
          NonRevealRequest.TYPE, NonRevealRequest::decode,
          NonReveal.TYPE, NonReveal::decode,
          NonRevealQuorum.TYPE, NonRevealQuorum::decode,
          StateSignature.TYPE, StateSignature::decode);

  /** Makes an entry more telling. */
  private interface Detail {
    AuditEntry of(AuditEntry plain) throws InvalidProtocolBufferException;
  }

  /** A sealed message of the coordinator, or of a member that it passes on. */
  AuditEntry askedSealed(byte[] sealed) {
    return sealed("asked", coordinator, sealed);
  }

  /** A sealed message of this site. */
  AuditEntry saidSealed(byte[] sealed) {
    return sealed("said", self, sealed);
  }

  AuditEntry proposed(byte[] sealedSpec) {
    return told(
        plain("asked", coordinator, PROPOSAL, EntryType.JOB, sealedSpec, EntryOutcome.OK),
        plain -> {
          Envelope envelope = envelope(sealedSpec);
          JobSpec spec = JobSpec.parseFrom(envelope.getPayload());
          return plain.inJob(spec.getJob()).remark("sender", envelope.getSender());
        });
  }

  AuditEntry closed(JobClosed closed) {
    return told(
        plain("asked", coordinator, "job.closed", EntryType.JOB, bytes(closed), EntryOutcome.OK),
        plain -> plain.inJob(closed.getJob()).remark("state", closed.getState()));
  }

  AuditEntry left(byte[] exit) {
    return plain("asked", coordinator, "member.exit", EntryType.ROSTER, exit, EntryOutcome.OK);
  }

  AuditEntry refused(Refused refused) {
    return told(
        plain("said", self, "refused", EntryType.PHASE, bytes(refused), EntryOutcome.DENY),
        plain ->
            plain
                .inRound(refused.getJob(), refused.getRound() + 1, refused.getAttempt())
                .remark("reason", refused.getReason())
                .remark("explanation", refused.getText()));
  }

  AuditEntry approved(RosterApproval approval) {
    return plain(
        "said", self, "roster.approval", EntryType.ROSTER, bytes(approval), EntryOutcome.OK);
  }

  private AuditEntry sealed(String way, String actor, byte[] sealed) {
    AuditEntry unread = plain(way, actor, "unreadable", EntryType.PHASE, sealed, EntryOutcome.OK);
    return told(
        unread,
        none -> {
          Envelope envelope = envelope(sealed);
          String kind = envelope.getPayloadType();
          byte[] payload = envelope.getPayload().toByteArray();
          Optional<Consent> consent =
              kind.equals(CONSENT) ? Optional.of(Consent.parseFrom(payload)) : Optional.empty();
          AuditEntry plain =
              plain(way, actor, kind, type(kind), sealed, outcome(kind, consent))
                  .remark("sender", envelope.getSender())
                  .digest("payload", Digest.sha256(payload).hex());
          if (consent.isPresent()) {
            return of(plain, consent.get());
          }
          return told(plain, named -> ofTask(named, kind, payload));
        });
  }

  private static EntryType type(String kind) {
    return kind.equals(CONSENT) ? EntryType.CONSENT : EntryType.PHASE;
  }

  private static EntryOutcome outcome(String kind, Optional<Consent> consent) {
    if (consent.isPresent()) {
      return consent.get().getGranted() ? EntryOutcome.ALLOW : EntryOutcome.DENY;
    }
    return kind.equals(Decline.TYPE) ? EntryOutcome.DENY : EntryOutcome.OK;
  }

  private static AuditEntry of(AuditEntry plain, Consent consent) {
    AuditEntry entry =
        plain
            .inJob(consent.getJob())
            .remark("decidedBy", consent.getDecidedBy())
            .remark("explanation", consent.getExplanation());
    if (!consent.getDataSetDigest().isEmpty()) {
      entry = entry.digest("dataSet", hex(consent.getDataSetDigest()));
    }
    return consent.getSealedApproval().isEmpty()
        ? entry
        : entry.digest("approval", Digest.sha256(consent.getSealedApproval().toByteArray()).hex());
  }

  private static AuditEntry ofTask(AuditEntry plain, String kind, byte[] payload) {
    if (kind.equals(Task.TYPE)) {
      Task task = Task.decode(payload);
      return about(plain, task.ref()).remark("kind", task.kind().name());
    }
    if (kind.equals(Result.TYPE)) {
      Result result = Result.decode(payload);
      return about(plain, Task.ofCore(result.task().toArray()).ref())
          .digest("sum", result.sumRoot().hex())
          .digest("state", result.nextStateDigest().hex());
    }
    Function<byte[], TokenMessage> decoder = OF_A_TASK.get(kind);
    if (decoder == null) {
      return plain;
    }
    TokenMessage message = decoder.apply(payload);
    AuditEntry entry = about(plain, message.ref());
    if (message instanceof Survivors survivors) {
      return entry.digest(
          UPLOADS,
          uploads(
              survivors.uploads().stream()
                  .map(upload -> upload.root().hex())
                  .sorted()
                  .collect(Collectors.joining(","))));
    }
    return message instanceof UploadCommitment upload
        ? entry.digest("root", upload.root().hex())
        : entry;
  }

  /**
   * One digest for a set of uploads.
   *
   * @param sortedRoots in hexadecimal, with commas between
   */
  public static String uploads(String sortedRoots) {
    return Digest.sha256(sortedRoots.getBytes(StandardCharsets.US_ASCII)).hex();
  }

  private static AuditEntry about(AuditEntry plain, TokenRef ref) {
    return plain
        .inRound(ref.job(), ref.round() + 1, ref.attempt())
        .digest("task", ref.taskDigest().hex());
  }

  /** What the other side sends may be anything: then the digest is all there is. */
  private static AuditEntry told(AuditEntry plain, Detail detail) {
    try {
      return detail.of(plain);
    } catch (InvalidProtocolBufferException
        | IllegalArgumentException
        | MalformedEntryException notAsExpected) {
      return plain;
    }
  }

  private AuditEntry plain(
      String way, String actor, String kind, EntryType type, byte[] message, EntryOutcome outcome) {
    String digest = Digest.sha256(message).hex();
    return AuditEntry.of(
            way + "/" + kind + "/" + digest, clock.instant(), type, actor, kind, outcome)
        .digest("message", digest);
  }

  private static Envelope envelope(byte[] sealed) throws InvalidProtocolBufferException {
    return Envelope.parseFrom(SignedEnvelope.parseFrom(sealed).getEnvelope());
  }

  private static byte[] bytes(MessageLite message) {
    return message.toByteArray();
  }

  private static String hex(ByteString digest) {
    return new Digest(digest.toByteArray()).hex();
  }
}

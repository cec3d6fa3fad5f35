package org.concordat.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.concordat.agent.SiteNotary;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.certs.Sha256;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.v1.AuditQueryRequest;
import org.concordat.protocol.v1.AuditRecord;
import org.concordat.protocol.v1.BlobPart;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;

/**
 * What the coordinator delivers about one round, each part believed only as far as the pinned
 * genesis, the members' signatures and the audit log bear it out.
 */
public final class RoundEvidence {
  private static final long MAX_RECORD_BYTES = 1 << 28;

  private final Client client;
  private final String job;
  private final long round;
  private byte[] record = {};

  /**
   * @param round from 1
   */
  public RoundEvidence(Client client, String job, long round) {
    this.client = client;
    this.job = job;
    this.round = round;
  }

  /** The record, every signature in it checked with the roster that its epoch names. */
  public VerifiedRound verified() throws Refusal {
    record = download(EvidenceRequest.Kind.RECORD, MAX_RECORD_BYTES);
    try {
      RoundRecord decoded = RoundRecord.decode(record);
      byte[] signed = decoded.manifestCertificate().toArray();
      byte[] manifest = ManifestCertificate.decode(signed).manifest().toArray();
      Cohort cohort = Manifest.decode(manifest).cohort();
      Roster roster = roster(cohort);
      requireCohort(cohort, roster);
      VerifiedRound verified =
          VerifiedRound.of(decoded, new SiteNotary(verifier(cohort.alliance(), roster)));
      if (!verified.task().job().equals(job) || verified.task().round() + 1 != round) {
        throw wrong("the record is of another round: " + verified.task().ref().describe());
      }
      return verified;
    } catch (MalformedMessageException malformed) {
      throw wrong("the round's record cannot be read: " + malformed.getMessage());
    }
  }

  private Roster roster(Cohort cohort) {
    return client
        .rosters()
        .find(new Sha256(cohort.rosterDigest().hex()))
        .orElseThrow(
            () -> wrong("the epoch names a roster that does not follow from your genesis"));
  }

  private void requireCohort(Cohort cohort, Roster roster) {
    boolean listed =
        roster.agents().stream()
            .map(entry -> entry.id().value())
            .toList()
            .containsAll(cohort.members());
    boolean agreed =
        cohort.policyDigest().hex().equals(client.genesis().policyDigest().hex())
            && cohort.coordinator().equals(client.genesis().coordinator().id().value())
            && cohort.alliance().equals(client.genesis().alliance().value());
    if (!listed || !agreed) {
      throw wrong("the epoch has members, a policy or a coordinator that your genesis does not");
    }
  }

  private Envelopes verifier(String alliance, Roster roster) {
    return new Envelopes(
        alliance,
        client.site().id().value(),
        message -> {
          throw new IllegalStateException("nothing is signed here");
        },
        (sender, message, signature) ->
            find(roster, sender)
                .map(entry -> entry.identityKey().verify(message, signature))
                .orElse(false),
        0);
  }

  private static Optional<org.concordat.certs.RosterEntry> find(Roster roster, String sender) {
    try {
      return roster.find(new MemberId(sender));
    } catch (IllegalArgumentException noSuchName) {
      return Optional.empty();
    }
  }

  /**
   * The index of the log entry that names this record and this sum.
   *
   * @throws Failure VERIFICATION_FAILED if there is none
   */
  public long requireLogged(VerifiedRound verified) throws IOException {
    Iterator<AuditRecord> entries =
        client.stream()
            .queryAudit(AuditQueryRequest.newBuilder().setJob(job).setRound(round).build());
    ObjectMapper json = new ObjectMapper();
    while (entries.hasNext()) {
      AuditRecord entry = entries.next();
      JsonNode digests = json.readTree(entry.getJson()).path("digests");
      if (digests.path("record").asText().endsWith(Digest.sha256(record).hex())
          && digests.path("sum").asText().endsWith(verified.result().sumRoot().hex())) {
        return entry.getIndex();
      }
    }
    throw wrong("no entry of the audit log names this record and this sum");
  }

  /** The sum, checked against the result's root. */
  public int[] sum(VerifiedRound verified) throws Refusal {
    byte[] content = download(EvidenceRequest.Kind.SUM, 4L * verified.task().elements());
    try {
      int[] sum = Ring.fromBytes(content);
      verified.checkSum(sum);
      return sum;
    } catch (MalformedMessageException malformed) {
      throw wrong("the sum cannot be read: " + malformed.getMessage());
    }
  }

  /**
   * Leaves of the survivors' uploads.
   *
   * @param into takes them, by leaf, then by member
   * @return why the policy does not let this caller hold them, or empty
   */
  public String leaves(List<Integer> wanted, Map<Integer, Map<String, LeafProof>> into) {
    LeavesRequest request =
        LeavesRequest.newBuilder().setJob(job).setRound(round).addAllLeaves(wanted).build();
    try {
      Iterator<LeafPart> parts = client.stream().getLeaves(request);
      while (parts.hasNext()) {
        LeafPart part = parts.next();
        LeafProof proof =
            new LeafProof(
                Bytes.of(part.getData().toByteArray()),
                part.getPathList().stream().map(d -> new Digest(d.toByteArray())).toList());
        into.computeIfAbsent(part.getLeaf(), leaf -> new HashMap<>()).put(part.getMember(), proof);
      }
      return "";
    } catch (MalformedMessageException malformed) {
      throw wrong("a leaf cannot be read: " + malformed.getMessage());
    } catch (StatusRuntimeException failure) {
      if (failure.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
        return String.valueOf(failure.getStatus().getDescription());
      }
      throw failure;
    }
  }

  private byte[] download(EvidenceRequest.Kind kind, long atMostBytes) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    Iterator<BlobPart> parts =
        client.stream()
            .getEvidence(
                EvidenceRequest.newBuilder().setJob(job).setRound(round).setKind(kind).build());
    while (parts.hasNext()) {
      BlobPart part = parts.next();
      if (part.getOffset() != content.size()
          || content.size() + (long) part.getData().size() > atMostBytes) {
        throw wrong("the coordinator sent it out of order or too long");
      }
      content.writeBytes(part.getData().toByteArray());
    }
    return content.toByteArray();
  }

  private Failure wrong(String what) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "round " + round + " of " + job + " does not verify: " + what,
        "do not use its model; tell the alliance's members and auditors");
  }
}

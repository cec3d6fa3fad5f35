package org.concordat.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.agent.session.LeafCollector;
import org.concordat.agent.session.LeafCollector.UnwantedLeafException;
import org.concordat.certs.MemberId;
import org.concordat.certs.Roster;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.protocol.v1.EvidenceRequest;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.protocol.v1.LeavesRequest;
import org.concordat.protocol.v1.ListJobsRequest;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.check.LeafProof;
import org.concordat.secureagg.check.RoundRecord;
import org.concordat.secureagg.check.VerifiedRound;
import org.concordat.secureagg.codec.MalformedMessageException;
import org.concordat.secureagg.cohorts.DrawCheck;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.kernel.Ring;
import org.concordat.secureagg.message.CohortSum;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.region.PartialSum;
import org.concordat.secureagg.region.PartialSums;

/**
 * What the coordinator delivers about one round, each part believed only as far as the pinned
 * genesis and the members' signatures bear it out; its answers about its log and its jobs are said
 * to be no more than that.
 */
public final class RoundDownload {
  private static final long MAX_RECORD_BYTES = 1 << 28;

  private final Client client;
  private final Pinned pinned;
  private final String job;
  private final long round;
  private final int cohort;
  private final int cohorts;
  private List<Cohort> drawn = List.of();
  private byte[] record = {};
  private SortedMap<String, Digest> roots = new TreeMap<>();

  /**
   * @param round from 1
   * @param cohort of a round over several, from 1; 0 where there is one
   * @param cohorts of the round, as the coordinator answers: refused unless it is the number that
   *     was drawn; 0 where there is one
   */
  public RoundDownload(Client client, String job, long round, int cohort, int cohorts) {
    this.client = client;
    this.pinned = new Pinned(client, this::wrong);
    this.job = job;
    this.round = round;
    this.cohort = cohort;
    this.cohorts = cohorts;
  }

  /** The record, every signature in it checked with the roster that its epoch names. */
  public VerifiedRound verified() throws Refusal {
    record = download(EvidenceRequest.Kind.RECORD, MAX_RECORD_BYTES);
    try {
      RoundRecord decoded = RoundRecord.decode(record);
      byte[] signed = decoded.manifestCertificate().toArray();
      byte[] manifest = ManifestCertificate.decode(signed).manifest().toArray();
      Cohort signing = Manifest.decode(manifest).cohort();
      Roster roster = pinned.roster(signing.rosterDigest());
      if (cohort == 0) {
        pinned.requireCohort(signing, roster);
      } else {
        requireDrawn(signing, roster);
      }
      VerifiedRound verified = VerifiedRound.of(decoded, pinned.notary(roster));
      if (!verified.task().job().equals(job) || verified.task().round() + 1 != round) {
        throw wrong("the record is of another round: " + verified.task().ref().describe());
      }
      requireInList(verified);
      roots = roots(verified, roster);
      return verified;
    } catch (IllegalArgumentException malformed) { // an infeasible cohort, too
      throw wrong("the round's record cannot be read: " + malformed.getMessage());
    }
  }

  /**
   * What the sum is made of, once the record is verified: roots of uploads by member, and in their
   * place of the partial sums of regions by aggregator, where the roster names one.
   */
  public SortedMap<String, Digest> roots() {
    return roots;
  }

  private SortedMap<String, Digest> roots(VerifiedRound verified, Roster roster) throws Refusal {
    SortedMap<String, Digest> all = new TreeMap<>(verified.uploads());
    Map<String, List<Integer>> regions = new TreeMap<>();
    for (String member : verified.uploads().keySet()) {
      roster
          .find(new MemberId(member))
          .flatMap(roster::aggregatorOf)
          .ifPresent(
              aggregator -> {
                all.remove(member);
                regions
                    .computeIfAbsent(aggregator.id().value(), any -> new ArrayList<>())
                    .add(verified.cohort().indexOf(member));
              });
    }
    if (regions.isEmpty()) {
      return all;
    }
    byte[] encoded = download(EvidenceRequest.Kind.PARTIAL_SUMS, Limits.PAYLOAD_BYTES);
    for (PartialSum partial :
        PartialSums.open(pinned.notary(roster), encoded, verified.cohort().coordinator())) {
      List<Integer> due = regions.remove(partial.region());
      if (due == null) {
        throw wrong("a partial sum of '" + partial.region() + "', which none or one already is");
      }
      PartialSums.requireExactly(verified.task(), verified.survivors(), partial, due);
      all.put(partial.region(), partial.root());
    }
    if (!regions.isEmpty()) {
      throw wrong("no signed partial sums of " + regions.keySet() + " are shown");
    }
    return all;
  }

  /** The epoch's cohort is the one that the roster's members drew, or a subset no weaker. */
  private void requireDrawn(Cohort signing, Roster roster) throws Refusal {
    pinned.requireMembers(signing, roster);
    Alliance alliance =
        new Alliance(
            signing.alliance(),
            signing.rosterDigest(),
            signing.policyDigest(),
            roster.agents().stream().map(entry -> entry.id().value()).sorted().toList(),
            signing.coordinator(),
            0);
    byte[] certificate =
        collect(
            EvidenceRequest.newBuilder()
                .setKind(EvidenceRequest.Kind.DRAW)
                .setRoster(ByteString.copyFrom(signing.rosterDigest().bytes()))
                .build(),
            Limits.PAYLOAD_BYTES);
    List<Cohort> all =
        new DrawCheck(pinned.notary(roster), alliance, signing.coordinator())
            .drawn(DrawCertificate.decode(certificate))
            .cohorts(alliance);
    drawn = all;
    if (cohort > all.size() || !all.get(cohort - 1).admits(signing)) {
      throw wrong("the epoch is not that of cohort %d as it was drawn".formatted(cohort));
    }
  }

  private void requireInList(VerifiedRound verified) {
    CohortSum own =
        new CohortSum(
            verified.cohort().digest(), verified.cohort().size(), verified.result().sumRoot());
    if (!complete(cohort, cohorts, drawn.size(), verified.result().sums(), own)) {
      throw wrong(
          "cohort %d of %d as the coordinator answers, %d drawn, %d sums in the result's list, which do not fit"
              .formatted(cohort, cohorts, drawn.size(), verified.result().sums().size()));
    }
  }

  /**
   * Whether the result lists a sum of each drawn cohort, this one's in its place, and the
   * coordinator names as many, so that none is left unchecked; a round of one cohort has no list.
   */
  static boolean complete(int cohort, int cohorts, int drawn, List<CohortSum> sums, CohortSum own) {
    if (cohort == 0) {
      return cohorts == 0 && sums.isEmpty();
    }
    return cohorts == drawn
        && sums.size() == drawn
        && cohort <= drawn
        && sums.get(cohort - 1).equals(own)
        && sums.stream().map(CohortSum::cohortDigest).distinct().count() == drawn;
  }

  /** The drawn cohorts, in order, once the record is verified; empty where there is one. */
  public List<Cohort> drawn() {
    return drawn;
  }

  /**
   * Members that consented to the job, as the coordinator answers, and are not in the round's
   * epoch: only who was found lying or silent may be left out.
   */
  public List<String> leftOut(VerifiedRound verified) {
    return client.call().listJobs(ListJobsRequest.getDefaultInstance()).getJobsList().stream()
        .filter(summary -> summary.getJob().equals(job))
        .flatMap(summary -> summary.getMembersList().stream())
        .filter(member -> !verified.cohort().members().contains(member))
        .sorted()
        .toList();
  }

  /**
   * The index of the log entry that names this record, this sum and the next state.
   *
   * @param folder a copy of the log, verified with the key of the pinned genesis; where empty, the
   *     coordinator is asked, and proves it
   * @throws Failure VERIFICATION_FAILED if there is none
   */
  public long requireLogged(VerifiedRound verified, Optional<Path> folder) {
    return RoundLog.ofRecord(job, round, Digest.sha256(record), verified.result())
        .find(client, folder, this::wrong)
        .orElseThrow(
            () ->
                wrong("no entry of the audit log names this record, this sum and its next state"));
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
   * Leaves of the survivors' uploads, and of partial sums in their place.
   *
   * @param into takes them, by leaf, then by member
   * @return why the policy does not let this caller hold them, or empty
   * @throws Failure VERIFICATION_FAILED if anything else is sent than what was asked for
   */
  public String leaves(List<Integer> wanted, Map<Integer, Map<String, LeafProof>> into) {
    LeafCollector collector = new LeafCollector(wanted, roots.keySet());
    LeavesRequest request =
        LeavesRequest.newBuilder()
            .setJob(job)
            .setRound(round)
            .setCohort(cohort)
            .addAllLeaves(wanted)
            .build();
    try {
      Iterator<LeafPart> parts = client.stream().getLeaves(request);
      while (parts.hasNext()) {
        collector.add(parts.next());
      }
      into.putAll(collector.leaves());
      return "";
    } catch (UnwantedLeafException unwanted) {
      throw wrong("the coordinator sent something else: " + unwanted.getMessage());
    } catch (StatusRuntimeException failure) {
      if (failure.getStatus().getCode() == Status.Code.PERMISSION_DENIED) {
        String why = failure.getStatus().getDescription();
        return why == null || why.isBlank() ? "the coordinator gives no reason" : why;
      }
      throw failure;
    }
  }

  private byte[] download(EvidenceRequest.Kind kind, long atMostBytes) {
    return collect(
        EvidenceRequest.newBuilder()
            .setJob(job)
            .setRound(round)
            .setCohort(cohort)
            .setKind(kind)
            .build(),
        atMostBytes);
  }

  private byte[] collect(EvidenceRequest request, long atMostBytes) {
    return EvidenceParts.collect(client, request, atMostBytes, this::wrong);
  }

  private Failure wrong(String what) {
    return doesNotVerify(job, round, what);
  }

  /** How a check of a round fails. */
  public static Failure doesNotVerify(String job, long round, String what) {
    return new Failure(
        ExitCode.VERIFICATION_FAILED,
        "round " + round + " of " + job + " does not verify: " + what,
        "do not use its model; tell the alliance's members and auditors");
  }
}

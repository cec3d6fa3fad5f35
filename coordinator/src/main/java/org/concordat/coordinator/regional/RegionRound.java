package org.concordat.coordinator.regional;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.coordinator.region.record.HeldTask;
import org.concordat.protocol.v1.RegionTask;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.check.CertifiedSet;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.Survivors;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.region.PartialSum;

/**
 * One attempt of a round in this region. Immutable.
 *
 * @param told by the coordinator
 * @param task as told; members' commitments name its digest
 * @param manifest of its epoch, with T members' signatures
 * @param members of this region in the epoch, at least three, sorted
 * @param held sealed commitments of the uploads that are whole on disk, by member
 * @param certificate payload of the survivors' certificate, once it came and was checked
 */
record RegionRound(
    RegionTask told,
    Task task,
    Manifest manifest,
    List<String> members,
    SortedMap<String, ByteString> held,
    Optional<byte[]> certificate) {
  RegionRound {
    held = new TreeMap<>(held);
  }

  /**
   * Checks what the coordinator told.
   *
   * @param region whom the signed rosters put into this region, of an epoch's members
   * @throws Refusal naming the coordinator
   */
  static RegionRound of(RegionTask told, Notary notary, Region region) throws Refusal {
    try {
      Task task = Task.ofCore(told.getTask().toByteArray());
      ManifestCertificate signed =
          (ManifestCertificate)
              Inbox.open(notary, told.getManifestCertificate().toByteArray()).message();
      Manifest unverified = Manifest.decode(signed.manifest().toArray());
      Notary under = notary.under(unverified.cohort().rosterDigest());
      Manifest manifest = CertifiedSet.manifest(signed, under);
      Refusal.require(
          task.epoch() == manifest.epoch()
              && task.cohortDigest().equals(manifest.cohort().digest()),
          Reason.COHORT_MISMATCH,
          manifest.cohort().coordinator(),
          "%s is not bound to the epoch %d that comes with it",
          task.ref().describe(),
          manifest.epoch());
      Refusal.require(
          told.getJob().equals(task.job())
              && told.getRound() == task.round() + 1
              && told.getCohort() >= 0,
          Reason.MISBOUND,
          manifest.cohort().coordinator(),
          "%s was told as round %d of job \"%s\", cohort %d",
          task.ref().describe(),
          told.getRound(),
          told.getJob(),
          told.getCohort());
      List<String> members = region.members(manifest.cohort());
      Refusal.require(
          members.size() >= PartialSum.MIN_MEMBERS,
          Reason.TOO_FEW_SURVIVORS,
          manifest.cohort().coordinator(),
          "%d members of this region are in epoch %d, at least %d are needed",
          members.size(),
          manifest.epoch(),
          PartialSum.MIN_MEMBERS);
      return new RegionRound(told, task, manifest, members, new TreeMap<>(), Optional.empty());
    } catch (IllegalArgumentException | ClassCastException malformed) {
      throw new Refusal(Reason.MALFORMED, "unknown", "a task: " + malformed.getMessage());
    }
  }

  /** Reads what {@link #encode} wrote, checking it again. */
  static RegionRound decode(byte[] bytes, Notary notary, Region region) throws Refusal {
    try {
      HeldTask stored = HeldTask.parseFrom(bytes);
      RegionRound told = of(RegionTask.parseFrom(stored.getTold()), notary, region);
      return new RegionRound(
          told.told,
          told.task,
          told.manifest,
          told.members,
          new TreeMap<>(stored.getHeldMap()),
          Optional.of(stored.getCertificate().toByteArray()).filter(one -> one.length > 0));
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("a task in the store is damaged", damaged);
    }
  }

  byte[] encode() {
    HeldTask.Builder stored = HeldTask.newBuilder().setTold(told.toByteString()).putAllHeld(held);
    certificate.ifPresent(payload -> stored.setCertificate(ByteString.copyFrom(payload)));
    return stored.build().toByteArray();
  }

  RegionRound holding(String member, byte[] sealed) {
    TreeMap<String, ByteString> more = new TreeMap<>(held);
    more.put(member, ByteString.copyFrom(sealed));
    return new RegionRound(told, task, manifest, members, more, certificate);
  }

  RegionRound certified(byte[] payload) {
    return new RegionRound(told, task, manifest, members, held, Optional.of(payload));
  }

  /** Root of each upload that is here. */
  Optional<Digest> rootOf(String member, Notary notary) throws Refusal {
    ByteString sealed = held.get(member);
    return sealed == null
        ? Optional.empty()
        : Optional.of(
            ((UploadCommitment) Inbox.open(notary.under(roster()), sealed.toByteArray()).message())
                .root());
  }

  /** The roster of the epoch. */
  Digest roster() {
    return manifest.cohort().rosterDigest();
  }

  /**
   * This region's certified survivors, with their roots, by member.
   *
   * @param set as checked
   */
  SortedMap<String, Digest> own(Survivors set) {
    SortedMap<String, Digest> own = new TreeMap<>();
    for (Survivors.Upload upload : set.uploads()) {
      String member = manifest.cohort().members().get(upload.index());
      if (members.contains(member)) {
        own.put(member, upload.root());
      }
    }
    return own;
  }

  List<Integer> indices(Map<String, Digest> own) {
    return own.keySet().stream().map(manifest.cohort()::indexOf).sorted().toList();
  }
}

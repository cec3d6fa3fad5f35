package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.KeySet;
import org.concordat.secureagg.message.Manifest;
import org.concordat.secureagg.message.ManifestCertificate;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.server.EpochServer;
import org.junit.jupiter.api.Test;

/** The malicious-coordinator harness as the protocol lists it, what concerns an epoch. */
class SpecifiedEpochAttacksTest extends UnderAttack {
  /** A first roster, as if the site had pinned it, and a cohort full of puppets. */
  @Test
  void cohortWithOneHonestMember() {
    Cohort c = world.cohort;
    Digest previous = world.lastManifest.digest();
    String self = world.site(0).name;
    Cohort puppets = cohort(List.of(self, "puppet-1", "puppet-2", "puppet-3"), 0, 3);
    refused(0, new EpochStart(2, puppets, 1, previous), Reason.COHORT_MISMATCH);
    Cohort one = cohort(List.of(self, c.members().get(1), "puppet-2"), 0, 3);
    refused(0, new EpochStart(2, one, 1, previous), Reason.COHORT_MISMATCH);
    // Fewer of the certified roster is how an epoch leaves a liar out: never below N_min.
    refused(0, survivors(0), Reason.TOO_FEW_SURVIVORS);
    refused(0, survivors(0, 1), Reason.TOO_FEW_SURVIVORS);
  }

  private Cohort cohort(List<String> members, int colluders, int minSurvivors) {
    Cohort c = world.cohort;
    return new Cohort(
        c.alliance(),
        c.rosterDigest(),
        c.policyDigest(),
        members,
        c.coordinator(),
        colluders,
        minSurvivors);
  }

  @Test
  void substitutedKey() throws Refusal {
    EpochStart start = new EpochStart(2, world.cohort, 1, world.lastManifest.digest());
    List<Bytes> keys = new ArrayList<>();
    for (Site site : world.sites.values()) {
      keys.add(Bytes.of(site.handle(world.seal(start)).get(0)));
    }
    EpochKeys theirs = open(world, keys.get(1).toArray(), EpochKeys.class);
    EpochKeys mine = open(world, keys.get(0).toArray(), EpochKeys.class);
    refused(0, with(keys, 1, Inbox.seal(world.notary, theirs)), Reason.NOT_A_MEMBER);
    EpochKeys swapped =
        new EpochKeys(
            2, mine.cohortDigest(), mine.incarnation(), theirs.x25519(), theirs.mlKem768());
    refused(0, with(keys, 0, sealedBy(0, swapped)), Reason.BAD_KEY);
    EpochKeys ofAnotherStore =
        new EpochKeys(
            2, mine.cohortDigest(), mine.incarnation(), theirs.x25519(), theirs.mlKem768());
    refused(0, with(keys, 1, sealedBy(1, ofAnotherStore)), Reason.WRONG_STORE);
    refused(0, with(keys, 1, Bytes.of(world.epochLog.get(1))), Reason.MISBOUND);
    refused(0, new KeySet(2, keys.subList(0, 2)), Reason.BAD_QUORUM);
    EpochKeys small =
        new EpochKeys(
            2,
            mine.cohortDigest(),
            theirs.incarnation(),
            Bytes.of(new byte[32]),
            theirs.mlKem768());
    byte[] smallOrder = world.seal(with(keys, 1, sealedBy(1, small)));
    refused(0, smallOrder, Reason.BAD_KEY, world.site(1).name);
    world.site(0).handle(world.seal(new KeySet(2, keys)));
    refused(0, new KeySet(2, keys.subList(0, 3)), Reason.CONFLICTING_MESSAGE);
  }

  private static KeySet with(List<Bytes> keys, int at, Bytes other) {
    List<Bytes> changed = new ArrayList<>(keys);
    changed.set(at, other);
    return new KeySet(2, changed);
  }

  private Bytes sealedBy(int member, EpochKeys keys) {
    return Inbox.seal(new TestNotary(world.site(member).name), keys);
  }

  @Test
  void complaintAfterTheManifest() throws Refusal {
    EpochDrill drill = ComplaintTest.lyingDealer(145, deposit -> Liar.section(deposit, 0, 70));
    drill.ofMembers = ComplaintSafetyTest.keepingComplaintsBack(drill.ofMembers);
    drill.run(drill.world.cohort, 1);
    assertThat(drill.world.epoch.phase()).isEqualTo(EpochServer.Phase.CERTIFIED);
    Site victim = drill.world.site(0);
    Complaint complaint =
        drill.sent.stream()
            .filter(Complaint.class::isInstance)
            .map(Complaint.class::cast)
            .findFirst()
            .orElseThrow();
    byte[] late = Inbox.seal(new TestNotary(victim.name), complaint).toArray();
    assertNames(
        refusal(() -> drill.world.epoch.accept(late)),
        Reason.COMPLAINT_AFTER_MANIFEST,
        victim.name);
    // Who signed opens nothing, whoever asks.
    byte[] request = drill.world.seal(new OpeningRequest(1, Bytes.of(late)));
    for (int signer : new int[] {1, 2}) {
      Refusal refusal = refusal(() -> drill.world.site(signer).handle(request));
      assertNames(refusal, Reason.COMPLAINT_AFTER_MANIFEST, World.COORDINATOR);
    }
  }

  @Test
  void twoManifestsForOneEpoch() throws Refusal {
    Manifest manifest = world.lastManifest;
    Manifest other =
        new Manifest(1, world.cohort, manifest.participants().subList(0, 3), 64, 0, Digest.NONE);
    refused(0, other, Reason.TWO_MANIFESTS);
    Bytes payload = Bytes.of(other.encode());
    refused(0, new ManifestCertificate(1, payload, List.of()), Reason.TWO_MANIFESTS);
    Digest forged = World.digest("forged");
    refused(0, new EpochStart(2, world.cohort, 1, forged), Reason.TWO_MANIFESTS);
    // Who has seen neither believes T signatures only; those of one colluder are not enough.
    Site away = new Site("member-003", 99);
    away.apply(m -> m.pin(world.cohort));
    ManifestSignature colluder = new ManifestSignature(1, other.digest());
    Bytes signed = Inbox.seal(new TestNotary(world.site(1).name), colluder);
    byte[] certificate = world.seal(new ManifestCertificate(1, payload, List.of(signed)));
    assertNames(refusal(() -> away.handle(certificate)), Reason.BAD_QUORUM, World.COORDINATOR);
  }

  @Test
  void memberKilledBetweenPersistAndSend() throws Refusal {
    EpochServer next = EpochServer.start(world.cohort, 2, world.lastManifest, world.notary);
    byte[] start = next.outgoing(world.site(0).name).get(0);
    List<byte[]> lost = world.site(0).handle(start);
    world.site(0).restart();
    assertThat(world.site(0).handle(start)).usingRecursiveComparison().isEqualTo(lost);
    Cohort stronger = cohort(world.cohort.members(), 0, 4);
    EpochStart other = new EpochStart(2, stronger, 1, world.lastManifest.digest());
    refused(0, other, Reason.CONFLICTING_MESSAGE);
    world.epoch = next;
    while (world.epoch.phase() != EpochServer.Phase.SIGNATURES) {
      world.exchange(Set.of());
    }
    byte[] due = world.epoch.outgoing(world.site(0).name).get(0);
    Manifest manifest = open(world, due, Manifest.class);
    List<byte[]> signature = world.site(0).handle(due);
    world.site(0).restart();
    Manifest second =
        new Manifest(
            2,
            world.cohort,
            manifest.participants().subList(0, 3),
            64,
            1,
            world.lastManifest.digest());
    refused(0, second, Reason.TWO_MANIFESTS);
    assertThat(world.site(0).handle(due)).usingRecursiveComparison().isEqualTo(signature);
  }

  /** Two different messages of one step: the coordinator that restarts takes the first only. */
  @Test
  void coordinatorKilledBetweenPersistAndSend() throws Refusal {
    EpochServer next = EpochServer.start(world.cohort, 2, world.lastManifest, world.notary);
    byte[] keys = world.site(0).handle(next.outgoing(world.site(0).name).get(0)).get(0);
    EpochServer replayed =
        EpochServer.start(world.cohort, 2, world.lastManifest, world.notary).accept(keys);
    EpochKeys first = open(world, keys, EpochKeys.class);
    EpochKeys second =
        new EpochKeys(
            2, first.cohortDigest(), first.incarnation(), Bytes.of(new byte[32]), first.mlKem768());
    byte[] sealed = sealedBy(0, second).toArray();
    assertNames(
        refusal(() -> replayed.accept(sealed)), Reason.CONFLICTING_MESSAGE, world.site(0).name);
    assertThat(replayed.accept(keys)).isSameAs(replayed);
  }
}

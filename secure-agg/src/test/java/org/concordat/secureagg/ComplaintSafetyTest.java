package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Blame;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Complaint.Grievance;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.PairEvidence;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.junit.jupiter.api.Test;

/** A complaint opens nothing that is used, and what it rests on has to hang together. */
class ComplaintSafetyTest {
  private static final int LIAR = 1;

  static byte[] seal(Site site, Message message) {
    return Inbox.seal(new TestNotary(site.name), message).toArray();
  }

  private static Dispute dispute(EpochDrill drill) throws Refusal {
    byte[] bytes = drill.world.epoch.outgoing(drill.world.site(0).name).get(0);
    return (Dispute) Inbox.open(drill.world.notary, bytes).message();
  }

  /** The complainer's pieces are not believed: any other piece makes it the liar. */
  @Test
  void evidenceThatDoesNotHangTogether() throws Refusal {
    EpochDrill drill = ComplaintTest.lyingDealer(142, p -> Liar.section(p, 0, 70));
    drill.run(drill.world.cohort, 1);
    Dispute dispute = dispute(drill);
    Site victim = drill.world.site(0);
    Complaint honest =
        (Complaint) Inbox.open(drill.world.notary, dispute.complaint().toArray()).message();
    List<Object> evidences = Mutations.of(honest.evidence());
    assertThat(evidences).hasSizeGreaterThan(40);
    for (Object evidence : evidences) {
      Complaint changed =
          new Complaint(1, honest.accused(), honest.grievance(), (PairEvidence) evidence);
      Bytes bytes = Bytes.of(seal(victim, changed));
      List<Bytes> openings = new ArrayList<>();
      for (Bytes opening : dispute.openings()) {
        KeyOpening old = (KeyOpening) Inbox.open(drill.world.notary, opening.toArray()).message();
        String opener = Inbox.open(drill.world.notary, opening.toArray()).sender();
        openings.add(
            Bytes.of(
                seal(
                    drill.world.sites.get(opener),
                    new KeyOpening(1, changed.digest(), old.privateKeys(), old.encapsulation()))));
      }
      Verdict verdict = Blame.judge(drill.world.notary, new Dispute(1, bytes, openings));
      assertThat(verdict.liar()).as("%s", evidence).isEqualTo(victim.name);
    }
  }

  /** A lower member that shows the other one ciphertext and the judge another. */
  @Test
  void aSecondSetOfEncapsulations() throws Refusal {
    EpochDrill drill = new EpochDrill(new World(4, 0, 143));
    Site liar = drill.world.site(0);
    List<Parcel> first = new ArrayList<>();
    drill.ofMembers =
        (site, bytes, message) -> {
          if (site == liar && message instanceof Parcel parcel && first.isEmpty()) {
            first.add(parcel);
          }
          if (site == liar && message instanceof Complaint honest) {
            Parcel second = Liar.withParts(liar, first.get(0), p -> Liar.section(p, 2, 7));
            PairEvidence e = honest.evidence();
            return List.of(
                seal(
                    liar,
                    new Complaint(
                        1,
                        honest.accused(),
                        honest.grievance(),
                        new PairEvidence(
                            e.start(),
                            e.keyDigests(),
                            e.present(),
                            e.low(),
                            e.high(),
                            second.sealedHeader(),
                            second.sections().get(2),
                            e.deposit(),
                            e.section()))));
          }
          if (site == liar && message instanceof KeyOpening opening) {
            return List.of();
          }
          return List.of(bytes);
        };
    drill.ofCoordinator =
        (site, bytes, message) -> {
          if (site == liar && message instanceof DepositView) {
            liar.disk.put("forming/pair-key/2", new byte[32]);
            liar.restart();
          }
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    // The liar has not opened: give its opening for the forged complaint.
    Dispute dispute = dispute(drill);
    Complaint forged =
        (Complaint) Inbox.open(drill.world.notary, dispute.complaint().toArray()).message();
    byte[] keys = liar.disk.get("forming/private-keys");
    Bytes own =
        Bytes.of(
            seal(
                liar,
                new KeyOpening(
                    1, forged.digest(), Bytes.of(keys), forged.evidence().encapsulation())));
    Site accused = drill.world.site(2);
    byte[] answer =
        accused.handle(drill.world.seal(new OpeningRequest(1, dispute.complaint()))).get(0);
    Verdict verdict =
        Blame.judge(
            drill.world.notary,
            new Dispute(1, dispute.complaint(), List.of(own, Bytes.of(answer))));
    assertThat(verdict.liar()).isEqualTo(liar.name);
    assertThat(verdict.reason()).isEqualTo(Reason.EQUIVOCATION);
  }

  static Reason refusal(Site site, byte[] bytes) {
    return Assertions.catchThrowableOfType(Refusal.class, () -> site.handle(bytes)).reason();
  }

  @Test
  void whoComplainedOrAnsweredNeverSignsNorUsesTokens() throws Refusal {
    EpochDrill drill = ComplaintTest.lyingDealer(144, p -> Liar.section(p, 0, 70));
    World world = drill.world;
    // A coordinator that goes on with the other three as if there had been no complaint.
    drill.ofMembers = keepingComplaintsBack(drill.ofMembers);
    drill.run(world.cohort, 1);
    assertThat(world.epoch.phase()).isEqualTo(Phase.CERTIFIED);
    world.lastManifest = world.epoch.manifest().orElseThrow();
    Site victim = world.site(0);
    victim.restart();
    assertThat(victim.disk).containsKey("epoch/opened/1").doesNotContainKey("epoch/signed");
    assertThat(refusal(victim, world.seal(world.lastManifest)))
        .isIn(Reason.COMPLAINED, Reason.EPOCH_UNKNOWN);
    Task task = world.task(0, 0, 0, 10, World.INITIAL, List.of());
    assertThat(refusal(victim, world.seal(task))).isEqualTo(Reason.NOT_A_PARTICIPANT);
    assertThat(refusal(victim, world.seal(new NonRevealRequest(task.ref()))))
        .isIn(Reason.COMPLAINED, Reason.NOT_A_PARTICIPANT);
    assertThat(drill.sent.stream().filter(NonReveal.class::isInstance)).isEmpty();
  }

  static EpochDrill.Tamper keepingComplaintsBack(EpochDrill.Tamper inner) {
    return (site, bytes, message) ->
        message instanceof Complaint || message instanceof KeyOpening
            ? List.of()
            : inner.apply(site, bytes, message);
  }

  @Test
  void aComplaintAfterTheManifestIsRefusedByBothSides() throws Refusal {
    EpochDrill drill = ComplaintTest.lyingDealer(145, p -> Liar.section(p, 0, 70));
    World world = drill.world;
    drill.ofMembers = keepingComplaintsBack(drill.ofMembers);
    drill.run(world.cohort, 1);
    byte[] complaint =
        drill.sent.stream()
            .filter(Complaint.class::isInstance)
            .map(message -> seal(world.site(0), message))
            .findFirst()
            .orElseThrow();
    Refusal late =
        Assertions.catchThrowableOfType(Refusal.class, () -> world.epoch.accept(complaint));
    assertThat(late.reason()).isEqualTo(Reason.COMPLAINT_AFTER_MANIFEST);
    for (Site signer : List.of(world.site(LIAR), world.site(2))) {
      assertThat(refusal(signer, world.seal(new OpeningRequest(1, Bytes.of(complaint)))))
          .isEqualTo(Reason.COMPLAINT_AFTER_MANIFEST);
      assertThat(signer.disk.keySet()).noneMatch(key -> key.startsWith("forming/"));
    }
  }

  @Test
  void everyPrivateKeyIsGoneBeforeTheSignatureIsSent() {
    EpochDrill drill = new EpochDrill(new World(4, 0, 146));
    List<String> signed = new ArrayList<>();
    drill.ofMembers =
        (site, bytes, message) -> {
          if (message instanceof ManifestSignature) {
            assertThat(site.disk.keySet()).noneMatch(key -> key.startsWith("forming/"));
            signed.add(site.name);
          }
          if (message instanceof DepositsChecked) {
            assertThat(site.disk).containsKey("forming/private-keys");
          }
          if (message instanceof KeyOpening || message instanceof Complaint) {
            assertThat(site.disk).containsKey("epoch/opened/1");
          }
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    assertThat(signed).hasSize(4);
  }

  @Test
  void aComplaintSurvivesARestartAndIsRepeatedByteForByte() throws Refusal {
    EpochDrill drill = ComplaintTest.lyingDealer(147, p -> Liar.section(p, 0, 70));
    World world = drill.world;
    drill.run(world.cohort, 1);
    Site victim = world.site(0);
    byte[] complaint = victim.disk.get("forming/sent-complaint");
    byte[] opening = victim.disk.get("forming/sent-opening");
    victim.restart();
    byte[] view =
        drill.sent.stream()
            .filter(DepositView.class::isInstance)
            .map(DepositView.class::cast)
            .filter(v -> isOf(world, v, world.site(LIAR).name))
            .filter(v -> v.view().section().sha256().equals(victimSection(world, complaint)))
            .map(world::seal)
            .findFirst()
            .orElseThrow();
    assertThat(victim.handle(view)).containsExactly(complaint, opening);
  }

  private static Digest victimSection(World world, byte[] complaint) {
    try {
      return ((Complaint) Inbox.open(world.notary, complaint).message())
          .evidence()
          .section()
          .sha256();
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isOf(World world, DepositView view, String author) {
    try {
      return Inbox.open(world.notary, view.view().sealedHeader().toArray()).sender().equals(author);
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoComplaintsOfOneMemberAreNotBothAnswered() throws Refusal {
    EpochDrill drill = ComplaintTest.lyingDealer(148, p -> Liar.section(p, 0, 70));
    World world = drill.world;
    drill.run(world.cohort, 1);
    Complaint first =
        drill.sent.stream()
            .filter(Complaint.class::isInstance)
            .map(Complaint.class::cast)
            .findFirst()
            .orElseThrow();
    Complaint second = new Complaint(1, LIAR, Grievance.BAD_BOX, first.evidence());
    Bytes bytes = Bytes.of(seal(world.site(0), second));
    assertThat(refusal(world.site(LIAR), world.seal(new OpeningRequest(1, bytes))))
        .isEqualTo(Reason.CONFLICTING_MESSAGE);
  }
}

package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.assertj.core.api.Assertions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Blame;
import org.concordat.secureagg.blame.Verdict;
import org.concordat.secureagg.crypto.Contexts;
import org.concordat.secureagg.crypto.DepositLayout;
import org.concordat.secureagg.crypto.EpochKeyPair;
import org.concordat.secureagg.member.Notice;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Complaint.Grievance;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.DepositsChecked;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.EpochKeys;
import org.concordat.secureagg.message.EpochStart;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.ManifestSignature;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.NonRevealRequest;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.PairEvidence;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.message.SectionHeader;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.junit.jupiter.api.Test;

/** Complaints about deposits: the liar of a pair is named by everyone, the honest one never. */
class ComplaintTest {
  private static final int LIAR = 1;

  private static boolean isDeposit(World world, Message message) throws Refusal {
    return message instanceof Parcel parcel
        && Inbox.open(world.notary, parcel.sealedHeader().toArray()).message()
            instanceof SectionHeader header
        && header.kind() == SectionHeader.Kind.DEPOSIT;
  }

  /** The liar deposits something else. */
  static EpochDrill lyingDealer(long seed, UnaryOperator<Parcel> change) {
    EpochDrill drill = new EpochDrill(new World(4, 0, seed));
    Site liar = drill.world.site(LIAR);
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && isDeposit(drill.world, message)
                ? List.of(Liar.resign(liar, Liar.withParts(liar, (Parcel) message, change)))
                : List.of(bytes);
    return drill;
  }

  private static void assertBlamed(EpochDrill drill, String liar, Reason reason) {
    EpochServer epoch = drill.world.epoch;
    assertThat(epoch.phase()).isEqualTo(Phase.FAILED);
    assertThat(epoch.verdicts()).isNotEmpty();
    for (Verdict verdict : epoch.verdicts()) {
      assertThat(verdict.liar()).isEqualTo(liar);
      assertThat(verdict.reason()).isEqualTo(reason);
      assertThat(verdict.proven()).isTrue();
    }
    List<Notice.Judged> judged = drill.judged();
    // One dispute for the one liar, however many complained.
    assertThat(judged).hasSize(4);
    assertThat(judged).allMatch(notice -> epoch.verdicts().contains(notice.verdict()));
    for (Site site : drill.world.sites.values()) {
      assertThat(site.disk).doesNotContainKey("epoch/signed");
    }
  }

  @Test
  void aShareThatDoesNotFitItsHash() {
    EpochDrill drill = lyingDealer(131, p -> Liar.section(p, 0, 70));
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, drill.world.site(LIAR).name, Reason.BAD_SHARE);
  }

  @Test
  void aCommitmentThatDiffersTowardsTheHigherAndTheLower() {
    for (int victim : new int[] {0, 3}) {
      EpochDrill drill =
          lyingDealer(132 + victim, p -> Liar.section(p, victim, DepositLayout.HASHES_BYTES + 5));
      drill.run(drill.world.cohort, 1);
      assertBlamed(drill, drill.world.site(LIAR).name, Reason.COMMITMENT_MISMATCH);
      assertThat(drill.world.site(victim).noticed(Notice.Complained.class)).hasSize(1);
    }
  }

  @Test
  void boxesThatDoNotOpenForTwoVictims() {
    int at = DepositLayout.HASHES_BYTES + DepositLayout.COMMITMENTS_BYTES + 9;
    EpochDrill drill = lyingDealer(137, p -> Liar.section(Liar.section(p, 0, at), 2, at));
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, drill.world.site(LIAR).name, Reason.BAD_BOX);
    assertThat(drill.world.epoch.verdicts()).hasSize(2);
  }

  @Test
  void theNextNumberGoesOnWithoutTheLiarAndItsTokensWork() throws Refusal {
    EpochDrill drill = lyingDealer(138, p -> Liar.section(p, 0, 70));
    World world = drill.world;
    drill.run(world.cohort, 1);
    drill.ofMembers = EpochDrill.NONE;
    Cohort rest = EpochDrill.without(world.cohort, world.site(LIAR).name);
    assertThat(drill.run(rest, 2).phase()).isEqualTo(Phase.CERTIFIED);
    assertThat(world.epoch.participantNames()).isEqualTo(rest.members());
    assertThat(drill.refused).isEmpty();
    drill.run(world.cohort, 3);
    assertThat(drill.refused).isNotEmpty();
    assertThat(drill.refused).allMatch(one -> one.refusal().reason() == Reason.EXCLUDED_MEMBER);
  }

  @Test
  void keysThatTheLiarCannotOpen() {
    EpochDrill drill = new EpochDrill(new World(4, 0, 139));
    Site liar = drill.world.site(LIAR);
    Bytes other = EpochKeyPair.generate(new TestRandom(9)).x25519Public();
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof EpochKeys keys
                ? List.of(
                    Liar.resign(
                        liar,
                        new EpochKeys(keys.epoch(), keys.cohortDigest(), other, keys.mlKem768())))
                : List.of(bytes);
    drill.run(drill.world.cohort, 1);
    EpochServer epoch = drill.world.epoch;
    assertThat(epoch.phase()).isEqualTo(Phase.FAILED);
    assertThat(epoch.verdicts()).allMatch(verdict -> verdict.liar().equals(liar.name));
    assertThat(epoch.verdicts()).anyMatch(verdict -> verdict.reason() == Reason.BAD_OPENING);
  }

  @Test
  void aFalseComplaintBlamesTheComplainer() throws Refusal {
    EpochDrill drill = new EpochDrill(new World(4, 0, 140));
    Site liar = drill.world.site(LIAR);
    // Its own machine is made to believe that it agreed on another key with member 2.
    drill.ofCoordinator =
        (site, bytes, message) -> {
          if (site == liar && message instanceof DepositView) {
            liar.disk.put("forming/pair-key/2", new byte[32]);
            liar.restart();
          }
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, liar.name, Reason.FALSE_COMPLAINT);
    assertThat(drill.sent.stream().filter(KeyOpening.class::isInstance)).hasSize(2);
  }

  /** The complainer's keys decide where it is the higher: nobody waits for a silent accused. */
  @Test
  void theHigherComplainersOpeningIsEnough() {
    EpochDrill drill = lyingDealer(149, p -> Liar.section(p, 3, 70));
    drill.run(drill.world.cohort, 1);
    assertBlamed(drill, drill.world.site(LIAR).name, Reason.BAD_SHARE);
    assertThat(drill.sent).noneMatch(OpeningRequest.class::isInstance);
    assertThat(drill.sent.stream().filter(KeyOpening.class::isInstance)).hasSize(1);
  }

  /** Two liars sign an epoch of their own in which the confederate has an honest member's index. */
  private static Bytes complaintAboutAMadeUpStart(World world) {
    Site complainer = world.site(0);
    Site confederate = world.site(3);
    Cohort cohort = EpochDrill.without(world.cohort, world.site(2).name);
    EpochStart start = new EpochStart(1, cohort, 0, Digest.NONE);
    EpochKeys low = keys(cohort, 150);
    EpochKeys high = keys(cohort, 151);
    List<PairEvidence.KeyDigest> digests =
        List.of(
            new PairEvidence.KeyDigest(0, low.digest()),
            new PairEvidence.KeyDigest(2, high.digest()));
    List<Integer> present = List.of(0, 2);
    Digest context =
        Contexts.ofKeys(start.digest(), new TreeMap<>(Map.of(0, low.digest(), 2, high.digest())));
    Bytes ciphertext = Bytes.of(new byte[EpochKeyPair.CIPHERTEXT_BYTES]);
    Bytes section = Bytes.of(new byte[DepositLayout.sectionBytes(false)]);
    PairEvidence evidence =
        new PairEvidence(
            Bytes.of(start.encode()),
            digests,
            present,
            Bytes.of(low.encode()),
            Bytes.of(high.encode()),
            header(
                complainer,
                SectionHeader.Kind.ENCAPSULATIONS,
                context,
                List.of(Bytes.EMPTY, Bytes.EMPTY, ciphertext)),
            ciphertext,
            header(
                confederate,
                SectionHeader.Kind.DEPOSIT,
                Contexts.ofPresent(context, present),
                List.of(section, Bytes.EMPTY, Bytes.EMPTY)),
            section);
    return Bytes.of(seal(complainer, new Complaint(1, 2, Grievance.BAD_BOX, evidence)));
  }

  private static EpochKeys keys(Cohort cohort, long seed) {
    EpochKeyPair pair = EpochKeyPair.generate(new TestRandom(seed));
    return new EpochKeys(1, cohort.digest(), pair.x25519Public(), pair.mlKemPublic());
  }

  private static Bytes header(
      Site author, SectionHeader.Kind kind, Digest context, List<Bytes> sections) {
    List<Digest> digests = sections.stream().map(Bytes::sha256).toList();
    Digest empty = Bytes.EMPTY.sha256();
    return Bytes.of(seal(author, new SectionHeader(1, kind, context, empty, empty, digests)));
  }

  @Test
  void aComplaintAboutAMadeUpStartBlamesTheComplainerAndMakesNobodyOpen() throws Refusal {
    EpochDrill drill = new EpochDrill(new World(4, 0, 150));
    World world = drill.world;
    Site liar = world.site(0);
    Bytes complaint = complaintAboutAMadeUpStart(world);
    Dispute dispute = new Dispute(1, complaint, List.of());
    assertThat(Blame.judge(world.notary, dispute).proven()).as("it hangs together").isFalse();
    List<Reason> accusedSays = new ArrayList<>();
    drill.ofMembers =
        (site, bytes, message) -> {
          if (site == liar && message instanceof DepositsChecked) {
            byte[] request = world.seal(new OpeningRequest(1, complaint));
            accusedSays.add(refusal(world.site(2), request));
            return List.of(complaint.toArray());
          }
          return List.of(bytes);
        };
    drill.run(world.cohort, 1);
    assertThat(world.epoch.phase()).isEqualTo(Phase.FAILED);
    assertThat(world.epoch.verdicts())
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(liar.name);
              assertThat(verdict.reason()).isEqualTo(Reason.FALSE_COMPLAINT);
            });
    assertThat(accusedSays).isNotEmpty().containsOnly(Reason.FALSE_COMPLAINT);
    assertThat(drill.sent).noneMatch(m -> m instanceof OpeningRequest || m instanceof KeyOpening);
    // To the others it might as well be the coordinator that gave out two starts.
    assertThat(drill.judged()).isEmpty();
    assertThat(drill.refused).isNotEmpty();
    assertThat(drill.refused).allMatch(one -> one.refusal().reason() == Reason.MISBOUND);
    assertThat(world.site(1).disk.keySet()).noneMatch(key -> key.contains("excluded"));
  }

  @Test
  void whoDoesNotOpenIsUnresponsiveAndNobodyTakesThatForProof() {
    EpochDrill drill = lyingDealer(141, p -> Liar.section(p, 0, 70));
    Site liar = drill.world.site(LIAR);
    EpochDrill.Tamper before = drill.ofMembers;
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof KeyOpening
                ? List.of()
                : before.apply(site, bytes, message);
    drill.run(drill.world.cohort, 1);
    assertThat(drill.world.epoch.verdicts())
        .singleElement()
        .satisfies(
            verdict -> {
              assertThat(verdict.liar()).isEqualTo(liar.name);
              assertThat(verdict.reason()).isEqualTo(Reason.UNRESPONSIVE);
              assertThat(verdict.proven()).isFalse();
            });
    assertThat(drill.world.site(0).disk.keySet()).noneMatch(key -> key.contains("excluded"));
  }

  private static byte[] seal(Site site, Message message) {
    return Inbox.seal(new TestNotary(site.name), message).toArray();
  }

  private static Dispute dispute(EpochDrill drill) throws Refusal {
    byte[] bytes = drill.world.epoch.outgoing(drill.world.site(0).name).get(0);
    return (Dispute) Inbox.open(drill.world.notary, bytes).message();
  }

  /** The complainer's pieces are not believed: any other piece makes it the liar. */
  @Test
  void evidenceThatDoesNotHangTogether() throws Refusal {
    EpochDrill drill = lyingDealer(142, p -> Liar.section(p, 0, 70));
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

  private static Reason refusal(Site site, byte[] bytes) {
    return Assertions.catchThrowableOfType(Refusal.class, () -> site.handle(bytes)).reason();
  }

  @Test
  void whoComplainedOrAnsweredNeverSignsNorUsesTokens() throws Refusal {
    EpochDrill drill = lyingDealer(144, p -> Liar.section(p, 0, 70));
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
    EpochDrill drill = lyingDealer(145, p -> Liar.section(p, 0, 70));
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
    EpochDrill drill = lyingDealer(147, p -> Liar.section(p, 0, 70));
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
    EpochDrill drill = lyingDealer(148, p -> Liar.section(p, 0, 70));
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

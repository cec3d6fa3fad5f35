package org.concordat.secureagg.cohorts;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.secureagg.Alliance;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.DrawDrill;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.Site;
import org.concordat.secureagg.TestNotary;
import org.concordat.secureagg.World;
import org.concordat.secureagg.cohorts.message.CommitmentList;
import org.concordat.secureagg.cohorts.message.DrawCertificate;
import org.concordat.secureagg.cohorts.message.DrawCommitment;
import org.concordat.secureagg.cohorts.message.DrawPlan;
import org.concordat.secureagg.cohorts.message.DrawReveal;
import org.concordat.secureagg.cohorts.message.DrawStart;
import org.concordat.secureagg.cohorts.message.ListCertificate;
import org.concordat.secureagg.cohorts.message.ListSignature;
import org.concordat.secureagg.cohorts.server.DrawServer.Phase;
import org.concordat.secureagg.envelope.Inbox;
import org.junit.jupiter.api.Test;

/** What members and coordinator refuse in a draw. */
class DrawRefusalTest {
  private static CommitmentList shown(DrawDrill drill) throws Refusal {
    return (CommitmentList) Inbox.open(drill.notary, drill.outgoing().get(0)).message();
  }

  private static ListCertificate certified(DrawDrill drill) throws Refusal {
    return (ListCertificate) Inbox.open(drill.notary, drill.outgoing().get(0)).message();
  }

  /** A list without these members' commitments. */
  private static CommitmentList without(DrawDrill drill, CommitmentList list, int... members)
      throws Refusal {
    List<Bytes> rest = new ArrayList<>();
    for (Bytes sealed : list.commitments()) {
      String sender = Inbox.open(drill.notary, sealed.toArray()).sender();
      boolean out = false;
      for (int member : members) {
        out |= sender.equals(drill.site(member).name);
      }
      if (!out) {
        rest.add(sealed);
      }
    }
    return new CommitmentList(list.number(), rest);
  }

  @Test
  void twoListsForOneNumberAreRefused() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.runTo(Phase.SIGNING);
    CommitmentList list = shown(drill);
    byte[] other = drill.seal(without(drill, list, 6));
    Site site = drill.site(0);
    assertThat(site.handle(drill.seal(list))).hasSize(1);
    assertThat(DrawTest.refused(() -> site.handle(other)))
        .satisfies(refusal -> assertThat(refusal.reason()).isEqualTo(Reason.SECOND_LIST))
        .satisfies(refusal -> assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR));
    // restarted, it still knows what it signed
    site.restart();
    assertThat(DrawTest.reason(() -> site.handle(other))).isEqualTo(Reason.SECOND_LIST);
    assertThat(site.handle(drill.seal(list))).hasSize(1);
  }

  @Test
  void aListWithoutOneselfOrWithoutAQuorumIsNotSigned() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 1, 7);
    drill.runTo(Phase.SIGNING);
    CommitmentList list = shown(drill);
    byte[] withoutMe = drill.seal(without(drill, list, 0));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(withoutMe)))
        .isEqualTo(Reason.NOT_IN_LIST);
    // T_all is 5 of 7 with one colluder: three honest members may be left out, not a fourth
    byte[] four = drill.seal(without(drill, list, 1, 2, 3));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(four))).isEqualTo(Reason.BAD_QUORUM);
    List<Bytes> doubled = new ArrayList<>(list.commitments());
    doubled.set(1, doubled.get(2));
    byte[] twice = drill.seal(new CommitmentList(0, doubled));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(twice))).isEqualTo(Reason.BAD_QUORUM);
    List<Bytes> forged = new ArrayList<>(list.commitments());
    byte[] broken = forged.get(1).toArray();
    broken[10] ^= 1;
    forged.set(1, Bytes.of(broken));
    byte[] bad = drill.seal(new CommitmentList(0, forged));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(bad))).isEqualTo(Reason.BAD_ENVELOPE);
  }

  @Test
  void nobodyRevealsForAListThatNoQuorumSigned() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 1, 7);
    drill.runTo(Phase.REVEALING);
    ListCertificate certificate = certified(drill);
    assertThat(certificate.signatures()).hasSize(5);
    byte[] few =
        drill.seal(
            new ListCertificate(0, certificate.list(), certificate.signatures().subList(1, 5)));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(few))).isEqualTo(Reason.BAD_QUORUM);
    byte[] twice =
        drill.seal(
            new ListCertificate(
                0,
                certificate.list(),
                List.of(
                    certificate.signatures().get(0),
                    certificate.signatures().get(0),
                    certificate.signatures().get(1),
                    certificate.signatures().get(2),
                    certificate.signatures().get(3))));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(twice))).isEqualTo(Reason.BAD_QUORUM);
    // a value is for the certified list alone
    DrawReveal reveal =
        (DrawReveal)
            Inbox.open(drill.notary, drill.site(0).handle(drill.seal(certificate)).get(0))
                .message();
    assertThat(reveal.listDigest()).isEqualTo(certificate.parsedList().digest());
  }

  @Test
  void theSameNumberIsNotDrawnAgainNorAnEarlierOne() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3).silentIn(Phase.REVEALING, 6);
    DrawStart first = (DrawStart) Inbox.open(drill.notary, drill.outgoing().get(0)).message();
    byte[] otherSize =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.ROSTER, 0, 4, 0, first.plan().participants()), Bytes.EMPTY));
    drill.runTo(Phase.SIGNING);
    assertThat(DrawTest.reason(() -> drill.site(0).handle(otherSize)))
        .isEqualTo(Reason.CONFLICTING_MESSAGE);
    drill.runTo(Phase.REVEALING);
    byte[] oldList = drill.seal(certified(drill));
    drill.flight();
    drill.server = drill.server.closeStep();
    drill.flight();
    assertThat(drill.server.number()).isEqualTo(1);
    assertThat(DrawTest.reason(() -> drill.site(0).handle(drill.seal(first))))
        .isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(DrawTest.reason(() -> drill.site(0).handle(oldList)))
        .isEqualTo(Reason.DRAW_MISMATCH);
    drill.draw();
    assertThat(DrawTest.reason(() -> drill.site(0).handle(drill.seal(first))))
        .isEqualTo(Reason.DRAW_MISMATCH);
  }

  @Test
  void aLaterNumberLeavesOutOnlyWhoDidNotReveal() throws Refusal {
    DrawDrill drill = new DrawDrill(8, 0, 4).silentIn(Phase.REVEALING, 7);
    drill.runTo(Phase.REVEALING);
    drill.flight();
    DrawStart next =
        (DrawStart)
            Inbox.open(drill.notary, drill.server.closeStep().outgoing("member-000").get(0))
                .message();
    DrawCertificate shown = DrawCertificate.decode(next.previous().toArray());
    // one who revealed is left out as well
    byte[] oneMore = drill.seal(start(next.plan(), List.of(0, 1, 2, 3, 4, 5), shown));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(oneMore)))
        .isEqualTo(Reason.DRAW_MISMATCH);
    // its reveal is held back to say so
    DrawCertificate fewer =
        new DrawCertificate(shown.plan(), shown.certificate(), shown.reveals().subList(0, 6));
    byte[] heldBack = drill.seal(start(next.plan(), List.of(0, 1, 2, 3, 4, 5), fewer));
    Site site = drill.site(0);
    Site honest = drill.site(6);
    assertThat(site.fork().handle(heldBack)).hasSize(1); // costs it one of eight numbers
    assertThat(DrawTest.reason(() -> honest.handle(heldBack))).isEqualTo(Reason.NOT_A_MEMBER);
    // the withholder is taken back in
    byte[] back = drill.seal(start(next.plan(), List.of(0, 1, 2, 3, 4, 5, 6, 7), shown));
    assertThat(DrawTest.reason(() -> site.handle(back))).isEqualTo(Reason.DRAW_MISMATCH);
    // another size for the next number
    byte[] size =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.ROSTER, 1, 3, 0, next.plan().participants()), next.previous()));
    assertThat(DrawTest.reason(() -> site.handle(size))).isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(site.handle(drill.seal(next))).hasSize(1);
  }

  private static DrawStart start(DrawPlan plan, List<Integer> participants, DrawCertificate shown) {
    return new DrawStart(
        new DrawPlan(plan.rosterDigest(), 1, plan.cohortSize(), plan.colluders(), participants),
        Bytes.of(shown.encode()));
  }

  @Test
  void noNextNumberOnceEverybodyRevealed() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.runTo(Phase.DRAWN);
    DrawCertificate complete = drill.server.certificate().orElseThrow();
    byte[] redraw = drill.seal(start(complete.plan(), List.of(0, 1, 2, 3, 4, 5, 6), complete));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(redraw))).isEqualTo(Reason.DRAW_MISMATCH);
  }

  @Test
  void aNumberIsForAllAgentsAndAssumesNoFewerColluders() throws Refusal {
    DrawDrill drill = new DrawDrill(9, 1, 9);
    List<Integer> some = List.of(0, 1, 2, 3, 4, 5, 6, 7);
    byte[] fewer =
        drill.seal(new DrawStart(new DrawPlan(World.ROSTER, 0, 9, 1, some), Bytes.EMPTY));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(fewer))).isEqualTo(Reason.DRAW_MISMATCH);
    List<Integer> all = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8);
    byte[] naive = drill.seal(new DrawStart(new DrawPlan(World.ROSTER, 0, 9, 0, all), Bytes.EMPTY));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(naive))).isEqualTo(Reason.DRAW_MISMATCH);
  }

  @Test
  void rostersAreNotMixed() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    byte[] other =
        drill.seal(
            new DrawStart(
                new DrawPlan(World.digest("older"), 0, 3, 0, List.of(0, 1, 2, 3, 4, 5, 6)),
                Bytes.EMPTY));
    assertThat(DrawTest.reason(() -> drill.site(0).handle(other))).isEqualTo(Reason.DRAW_MISMATCH);
    drill.runTo(Phase.DRAWN);
    byte[] certificate = drill.outgoing().get(0);
    Site elsewhere = new Site("member-000", 5);
    Alliance newer =
        new Alliance(
            "alliance",
            World.digest("newer"),
            World.POLICY,
            drill.alliance.members(),
            World.COORDINATOR,
            0);
    elsewhere.apply(m -> m.pin(newer));
    assertThat(DrawTest.reason(() -> elsewhere.handle(certificate)))
        .isEqualTo(Reason.DRAW_MISMATCH);
    assertThat(DrawTest.reason(() -> new Site("member-000", 5).handle(certificate)))
        .isEqualTo(Reason.COHORT_MISMATCH);
  }

  @Test
  void anyoneChecksACertificateAndOnlyACompleteOneCounts() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    drill.runTo(Phase.DRAWN);
    DrawCertificate certificate = drill.server.certificate().orElseThrow();
    DrawCheck auditor = new DrawCheck(new TestNotary("auditor"), drill.alliance, "presenter");
    assertThat(auditor.drawn(certificate)).isEqualTo(drill.server.drawn().orElseThrow());
    DrawCertificate incomplete =
        new DrawCertificate(
            certificate.plan(), certificate.certificate(), certificate.reveals().subList(0, 6));
    assertThat(DrawTest.reason(() -> auditor.drawn(incomplete))).isEqualTo(Reason.BAD_QUORUM);
    assertThat(DrawTest.reason(() -> drill.site(0).handle(drill.seal(incomplete))))
        .isEqualTo(Reason.BAD_QUORUM);
    List<Bytes> doubled = new ArrayList<>(certificate.reveals());
    doubled.set(6, doubled.get(5));
    DrawCertificate twice =
        new DrawCertificate(certificate.plan(), certificate.certificate(), doubled);
    assertThat(DrawTest.reason(() -> auditor.drawn(twice))).isEqualTo(Reason.COMMITMENT_MISMATCH);
    List<Bytes> other = new ArrayList<>(certificate.reveals());
    other.set(
        6,
        Inbox.seal(
            new TestNotary("member-006"),
            new DrawReveal(
                0,
                certificate.certificate().parsedList().digest(),
                Bytes.of(World.digest("chosen later").bytes()))));
    DrawCertificate changed =
        new DrawCertificate(certificate.plan(), certificate.certificate(), other);
    assertThat(DrawTest.reason(() -> auditor.drawn(changed))).isEqualTo(Reason.COMMITMENT_MISMATCH);
  }

  @Test
  void aSecondDrawOfARosterIsRefused() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    DrawDrill second = new DrawDrill(7, 0, 3);
    Site different = new Site(second.site(4).name, 99);
    different.apply(m -> m.pin(second.alliance));
    second.sites.put(different.name, different);
    drill.draw();
    second.draw();
    byte[] other = second.outgoing().get(0);
    assertThat(DrawTest.reason(() -> drill.site(0).handle(other))).isEqualTo(Reason.SECOND_LIST);
    assertThat(drill.site(0).handle(drill.outgoing().get(0))).isEmpty();
  }

  @Test
  void lyingMembersAreRefusedAndNamed() throws Refusal {
    DrawDrill drill = new DrawDrill(7, 0, 3);
    Map<String, byte[]> starts = new TreeMap<>();
    drill.sites.keySet().forEach(name -> starts.put(name, drill.server.outgoing(name).get(0)));
    DrawPlan plan =
        ((DrawStart) Inbox.open(drill.notary, starts.get("member-000")).message()).plan();
    drill.server = drill.server.accept(drill.site(0).handle(starts.get("member-000")).get(0));
    byte[] second = sealed("member-000", new DrawCommitment(0, plan.digest(), Digest.NONE));
    assertThat(DrawTest.reason(() -> drill.server.accept(second)))
        .isEqualTo(Reason.CONFLICTING_MESSAGE);
    byte[] otherPlan = sealed("member-001", new DrawCommitment(0, Digest.NONE, Digest.NONE));
    assertThat(DrawTest.reason(() -> drill.server.accept(otherPlan)))
        .isEqualTo(Reason.DRAW_MISMATCH);
    byte[] stranger = sealed("stranger", new DrawCommitment(0, plan.digest(), Digest.NONE));
    assertThat(DrawTest.reason(() -> drill.server.accept(stranger))).isEqualTo(Reason.NOT_A_MEMBER);
    byte[] later = sealed("member-001", new DrawCommitment(1, plan.digest(), Digest.NONE));
    assertThat(DrawTest.reason(() -> drill.server.accept(later))).isEqualTo(Reason.LATE);
    assertThat(
            DrawTest.reason(
                () -> drill.server.accept(drill.seal(new ListSignature(0, Digest.NONE)))))
        .isEqualTo(Reason.NOT_A_MEMBER);
    drill.runTo(Phase.REVEALING);
    Digest list = certified(drill).parsedList().digest();
    byte[] wrong =
        sealed("member-003", new DrawReveal(0, list, Bytes.of(World.digest("other").bytes())));
    assertThat(DrawTest.refused(() -> drill.server.accept(wrong)))
        .satisfies(r -> assertThat(r.reason()).isEqualTo(Reason.COMMITMENT_MISMATCH))
        .satisfies(r -> assertThat(r.culprit()).isEqualTo("member-003"));
    byte[] otherList = sealed("member-003", new DrawReveal(0, Digest.NONE, Bytes.of(new byte[32])));
    assertThat(DrawTest.reason(() -> drill.server.accept(otherList))).isEqualTo(Reason.SECOND_LIST);
    assertThat(DrawTest.reason(() -> drill.server.accept(starts.get("member-000"))))
        .isEqualTo(Reason.NOT_A_MEMBER);
  }

  private static byte[] sealed(String who, org.concordat.secureagg.message.Message message) {
    return Inbox.seal(new TestNotary(who), message).toArray();
  }
}

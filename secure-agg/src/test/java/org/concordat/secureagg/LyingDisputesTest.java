package org.concordat.secureagg;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Complaint;
import org.concordat.secureagg.message.Dispute;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.OpeningRequest;
import org.concordat.secureagg.message.Parcel;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.step.Notice;
import org.junit.jupiter.api.Test;

/**
 * A coordinator that withholds, forges or redirects what follows a complaint: nobody opens keys for
 * anything but a complaint about its own deposit, and nobody is excluded without a proof.
 */
class LyingDisputesTest {
  private static final int LIAR = 2;
  private static final int VICTIM = 0;

  /** The higher member boxes something else for the lower: the higher's keys are needed. */
  private static EpochDrill lyingDealer(long seed) {
    EpochDrill drill = new EpochDrill(new World(4, 0, seed));
    Site liar = drill.world.site(LIAR);
    drill.ofMembers =
        (site, bytes, message) ->
            site == liar && message instanceof Parcel parcel && parcel.common().size() > 0
                ? List.of(
                    Liar.resign(
                        liar, Liar.withParts(liar, parcel, p -> Liar.section(p, VICTIM, 70))))
                : List.of(bytes);
    return drill;
  }

  private static boolean hasOpened(Site site) {
    return site.disk.containsKey("epoch/opened/1");
  }

  private static void assertNobodyIsExcluded(World world) throws Refusal {
    EpochServer next = EpochServer.start(world.cohort, 2, null, world.notary);
    for (Site site : world.sites.values()) {
      assertThat(site.handle(next.outgoing(site.name).get(0))).as(site.name).hasSize(1);
    }
  }

  private static <M> List<M> sent(EpochDrill drill, Class<M> type) {
    return drill.sent.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void anOpeningRequestThatIsWithheld() throws Refusal {
    EpochDrill drill = lyingDealer(401);
    drill.ofCoordinator =
        (site, bytes, message) -> message instanceof OpeningRequest ? List.of() : List.of(bytes);
    drill.run(drill.world.cohort, 1);
    assertThat(drill.world.epoch.verdicts())
        .singleElement()
        .satisfies(verdict -> assertThat(verdict.reason()).isEqualTo(Reason.UNRESPONSIVE));
    assertThat(hasOpened(drill.world.site(LIAR))).isFalse();
    assertThat(drill.judged()).allSatisfy(one -> assertThat(one.verdict().proven()).isFalse());
    assertNobodyIsExcluded(drill.world);
  }

  @Test
  void openingRequestsThatAreForged() throws Refusal {
    EpochDrill drill = lyingDealer(402);
    drill.ofCoordinator =
        (site, bytes, message) -> message instanceof OpeningRequest ? List.of() : List.of(bytes);
    drill.run(drill.world.cohort, 1);
    World world = drill.world;
    byte[] complaint = sent(drill, OpeningRequest.class).get(0).complaint().toArray();
    Complaint honest = (Complaint) Inbox.open(world.notary, complaint).message();
    Bytes byCoordinator = Inbox.seal(world.notary, honest);
    Bytes byAnother = Inbox.seal(new TestNotary(world.site(3).name), honest);
    Bytes stranger = Inbox.seal(new TestNotary("stranger"), honest);
    Map<String, OpeningRequest> forged =
        Map.of(
            "of the coordinator", new OpeningRequest(1, byCoordinator),
            "of another member", new OpeningRequest(1, byAnother),
            "of a stranger", new OpeningRequest(1, stranger),
            "of another number", new OpeningRequest(2, Bytes.of(complaint)),
            "broken", new OpeningRequest(1, Liar.flip(Bytes.of(complaint), 50)));
    forged.forEach(
        (what, request) -> {
          for (Site site : List.of(world.site(LIAR), world.site(1), world.site(3))) {
            Assertions.assertThatThrownBy(() -> site.handle(world.seal(request)))
                .as(what)
                .isInstanceOf(Refusal.class);
            assertThat(hasOpened(site)).as(what).isFalse();
          }
        });
    // the true complaint sent to whom it is not about
    OpeningRequest misdirected = new OpeningRequest(1, Bytes.of(complaint));
    for (Site site : List.of(world.site(1), world.site(3))) {
      Refusal refusal =
          Assertions.catchThrowableOfType(
              Refusal.class, () -> site.handle(world.seal(misdirected)));
      assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR);
      assertThat(hasOpened(site)).isFalse();
    }
    byte[] notTheCoordinator =
        Inbox.seal(new TestNotary(world.site(3).name), misdirected).toArray();
    Refusal refusal =
        Assertions.catchThrowableOfType(
            Refusal.class, () -> world.site(LIAR).handle(notTheCoordinator));
    assertThat(refusal.reason()).isEqualTo(Reason.NOT_THE_COORDINATOR);
  }

  @Test
  void disputesThatAreForged() throws Refusal {
    EpochDrill drill = lyingDealer(403);
    List<Dispute> kept = new ArrayList<>();
    drill.ofCoordinator =
        (site, bytes, message) -> {
          if (message instanceof Dispute dispute) {
            kept.add(dispute);
            return List.of();
          }
          return List.of(bytes);
        };
    drill.run(drill.world.cohort, 1);
    World world = drill.world;
    Dispute honest = kept.get(0);
    KeyOpening opening =
        (KeyOpening) Inbox.open(world.notary, honest.openings().get(0).toArray()).message();
    Bytes byAnother = Inbox.seal(new TestNotary(world.site(3).name), opening);
    List<Dispute> forged =
        List.of(
            new Dispute(1, honest.complaint(), List.of(byAnother)),
            new Dispute(
                1, honest.complaint(), List.of(honest.openings().get(0), honest.openings().get(0))),
            new Dispute(1, Liar.flip(honest.complaint(), 40), honest.openings()),
            new Dispute(1, honest.openings().get(0), honest.openings()),
            new Dispute(2, honest.complaint(), honest.openings()));
    for (Dispute dispute : forged) {
      for (Site site : world.sites.values()) {
        Refusal refusal =
            Assertions.catchThrowableOfType(Refusal.class, () -> site.handle(world.seal(dispute)));
        assertThat(refusal.culprit()).isEqualTo(World.COORDINATOR);
      }
    }
    // openings left out turn a proof into silence, which excludes nobody
    Site site = world.site(1);
    site.handle(world.seal(new Dispute(1, honest.complaint(), List.of())));
    assertThat(site.noticed(Notice.Judged.class))
        .singleElement()
        .satisfies(judged -> assertThat(judged.verdict().proven()).isFalse());
    assertNobodyIsExcluded(world);
  }

  /** Whoever is not told finds the same lie again by its own checks. */
  @Test
  void aDisputeThatIsWithheld() throws Refusal {
    EpochDrill drill = lyingDealer(404);
    drill.ofCoordinator =
        (site, bytes, message) -> message instanceof Dispute ? List.of() : List.of(bytes);
    drill.run(drill.world.cohort, 1);
    assertThat(drill.world.epoch.verdicts())
        .singleElement()
        .satisfies(verdict -> assertThat(verdict.liar()).isEqualTo(drill.world.site(LIAR).name));
    assertNobodyIsExcluded(drill.world);
    drill.run(drill.world.cohort, 3);
    assertThat(drill.world.epoch.phase()).isEqualTo(EpochServer.Phase.FAILED);
    assertThat(drill.world.epoch.verdicts())
        .singleElement()
        .satisfies(verdict -> assertThat(verdict.liar()).isEqualTo(drill.world.site(LIAR).name));
  }
}

package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.concordat.coordinator.round.Round;
import org.concordat.secureagg.Cohort;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.message.DepositView;
import org.concordat.secureagg.message.KeyOpening;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.RoundServer;
import org.concordat.store.Entries;
import org.concordat.store.SqlEntries;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator knows of its epochs after a restart, and how little it reads for that. */
class EpochRestartTest {
  private static final String JOB = "job-1";

  @TempDir private Path directory;
  private Alliance alliance;

  @BeforeEach
  void found() throws Refusal {
    alliance = new Alliance(directory);
  }

  @AfterEach
  void close() {
    alliance.close();
  }

  private static Cohort without(String member) {
    Cohort all = Alliance.COHORT;
    return new Cohort(
        all.alliance(),
        all.rosterDigest(),
        all.policyDigest(),
        all.members().stream().filter(name -> !name.equals(member)).toList(),
        all.coordinator(),
        all.colluders(),
        all.minSurvivors());
  }

  private EpochServer certify(Cohort cohort) throws Refusal {
    alliance.keeper.token(cohort);
    alliance.settle();
    return alliance.keeper.certified().orElseThrow();
  }

  private Map<String, byte[]> stored(String kind, long number) {
    return new SqlEntries(alliance.database()).all("%s/%012d".formatted(kind, number));
  }

  /** m1's machine believes that it agreed on another key with m2: its complaint is false. */
  private void m1Complains() {
    alliance.ofCoordinator =
        (site, bytes, message) -> {
          if (site.name.equals("m1") && message instanceof DepositView) {
            site.disk.put("forming/pair-key/2", new byte[32]);
            site.restart();
          }
          return List.of(bytes);
        };
  }

  private void noMoreTampering() {
    alliance.ofCoordinator = (site, bytes, message) -> List.of(bytes);
    alliance.ofMembers = (site, bytes, message) -> List.of(bytes);
  }

  @Test
  void aFailedNumberAndItsLiarAreRemembered() throws Refusal {
    m1Complains();
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    assertThat(alliance.failed).hasSize(1);
    noMoreTampering();
    for (int restarts = 0; restarts < 2; restarts++) {
      alliance.restart();
      assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(without("m1"));
      assertThat(alliance.keeper.lies())
          .singleElement()
          .satisfies(lie -> assertThat(lie.reason()).isEqualTo(Reason.FALSE_COMPLAINT));
    }
    EpochServer next = certify(without("m1"));
    assertThat(next.number()).as("1 is dead for ever").isEqualTo(2);
    alliance.restart();
    assertThat(alliance.keeper.certified().orElseThrow().number()).isEqualTo(2);
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(without("m1"));
  }

  @Test
  void whoDidNotAnswerIsLeftOutOfTheNextCertifiedEpochOverRestarts() throws Refusal {
    m1Complains();
    alliance.ofMembers =
        (site, bytes, message) ->
            message instanceof KeyOpening && site.name.equals("m2") ? List.of() : List.of(bytes);
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    alliance.clock.advance(Duration.ofSeconds(10));
    alliance.keeper.tick();
    noMoreTampering();
    alliance.restart();
    assertThat(alliance.keeper.lies()).as("silence is no proof").isEmpty();
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(without("m2"));
    assertThat(certify(without("m2")).number()).isEqualTo(2);
    alliance.restart();
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(without("m2"));
    for (int token = 0; token < Limits.TOKENS; token++) {
      assertThat(alliance.keeper.token(without("m2"))).contains(token);
    }
    alliance.restart();
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(Alliance.COHORT);
  }

  /** A number whose set-up was under way goes on; one that was given up stays dead. */
  @Test
  void aNumberUnderWayAndOneThatWasGivenUp() throws Refusal {
    alliance.away.add("m3");
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    alliance.clock.advance(Duration.ofSeconds(10)); // nobody asks for number 1 again
    alliance.keeper.token(without("m3"));
    alliance.settle();
    assertThat(alliance.keeper.certified().orElseThrow().number()).isEqualTo(2);
    alliance.away.clear();
    alliance.restart();
    assertThat(alliance.keeper.certified().orElseThrow().number()).isEqualTo(2);
    alliance.away.add("m0");
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    alliance.away.clear();
    alliance.restart();
    assertThat(alliance.keeper.certified().orElseThrow().number()).as("went on").isEqualTo(3);
    assertThat(alliance.keeper.certified().orElseThrow().participantNames()).hasSize(4);
  }

  /** A certified epoch and those before it are taken up without one of their inputs. */
  @Test
  void aRestartReadsNoInputsOfEpochsThatAreOver() throws Refusal {
    m1Complains();
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    noMoreTampering();
    certify(without("m1"));
    Entries entries = new SqlEntries(alliance.database());
    for (long number : new long[] {1, 2}) {
      for (String id : stored("epoch-input", number).keySet()) {
        entries.apply(List.of(new Entries.Delete("epoch-input/%012d".formatted(number), id)));
      }
    }
    alliance.restart();
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(without("m1"));
    Round round = alliance.open(JOB, Alliance.MODEL);
    alliance.upload(JOB, "m0", "m2", "m3");
    assertThat(round.task().epoch()).isEqualTo(2);
    assertThat(alliance.round(JOB).server().phase()).isEqualTo(RoundServer.Phase.AGREEING);
  }

  /**
   * Pages of the epoch in force and of the one before are kept; older ones come from the inputs.
   */
  @Test
  void pagesOfOldEpochsGoAndComeBackWhereTheyAreNeeded() throws Refusal {
    EpochServer first = certify(Alliance.COHORT);
    byte[] page = first.page(5);
    certify(without("m3"));
    assertThat(stored("epoch-page", 1)).hasSize(Limits.TOKENS);
    EpochServer third = certify(Alliance.COHORT);
    assertThat(third.number()).isEqualTo(3);
    assertThat(stored("epoch-page", 1)).isEmpty();
    assertThat(stored("epoch-page", 2)).hasSize(Limits.TOKENS);
    assertThat(alliance.keeper.find(1).page(5)).isEqualTo(page);
    alliance.restart();
    assertThat(alliance.keeper.find(1).page(5)).isEqualTo(page);
    assertThat(alliance.keeper.find(1).manifest()).isEqualTo(first.manifest());
    assertThatThrownBy(() -> alliance.keeper.find(9)).hasMessageContaining("no certified epoch 9");
  }

  /** Epochs of a store that an older program wrote: their ends and pages are made up for. */
  @Test
  void epochsWithoutTheirEndsAreReplayedOnce() throws Refusal {
    m1Complains();
    alliance.keeper.token(Alliance.COHORT);
    alliance.settle();
    noMoreTampering();
    certify(without("m1"));
    Entries entries = new SqlEntries(alliance.database());
    for (String kind : List.of("epoch-end", "epoch-certified", "epoch-deposits", "lie")) {
      entries
          .all(kind)
          .keySet()
          .forEach(id -> entries.apply(List.of(new Entries.Delete(kind, id))));
    }
    alliance.restart();
    assertThat(alliance.keeper.certified().orElseThrow().number()).isEqualTo(2);
    assertThat(alliance.keeper.eligible(Alliance.COHORT)).isEqualTo(without("m1"));
    assertThat(new SqlEntries(alliance.database()).all("epoch-end")).hasSize(2);
  }

  /** Numbers 1 to 4 are certified; 4 is in force, 3 may still have open rounds. */
  @Test
  void numbersLongPastAreErasedButTheirEnds() throws Refusal {
    for (int number = 1; number <= 4; number++) {
      alliance.keeper.token(number % 2 == 0 ? without("m3") : Alliance.COHORT);
      alliance.settle();
    }
    assertThat(alliance.keeper.certified().orElseThrow().number()).isEqualTo(4);
    alliance.keeper.forgetOld(Set.of(2L));
    assertThat(stored("epoch-input", 1)).isEmpty();
    assertThat(stored("epoch-page", 1)).isEmpty();
    assertThat(stored("epoch-input", 2)).as("an open round belongs to it").isNotEmpty();
    alliance.keeper.forgetOld(Set.of());
    assertThat(stored("epoch-input", 2)).isEmpty();
    assertThat(stored("epoch-input", 3)).isNotEmpty();
    assertThat(stored("epoch-page", 4)).isNotEmpty();
    alliance.restart();
    assertThat(alliance.keeper.certified().orElseThrow().number()).isEqualTo(4);
    assertThat(certify(Alliance.COHORT).number()).isEqualTo(5);
  }
}

package org.concordat.coordinator.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.round.Round;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Refusal.Reason;
import org.concordat.secureagg.blame.Judge;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.NonReveal;
import org.concordat.secureagg.message.Result;
import org.concordat.secureagg.message.Reveal;
import org.concordat.secureagg.server.RoundServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * T = 3 of 4 have revealed when the last Reveal comes: it is kept, and a NonReveal after it lies.
 */
class LateRevealTest {
  private static final String JOB = "job-1";
  private static final String LIAR = "m1";

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

  @Test
  void aRevealThatWasNotNeededAndANonRevealAreEvidence() throws Refusal {
    Round round = alliance.open(JOB, Alliance.MODEL);
    List<byte[]> late = new ArrayList<>();
    alliance.ofMembers =
        (site, bytes, message) -> {
          if (site.name.equals(LIAR) && message instanceof Reveal) {
            late.add(bytes);
            return List.of();
          }
          return List.of(bytes);
        };
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    assertThat(alliance.round(JOB).server().phase()).isEqualTo(RoundServer.Phase.AGREEING);
    alliance.receive(LIAR, late.get(0));
    alliance.restart();
    alliance.engine.load(round.stream());
    alliance.receive(LIAR, late.get(0));
    assertThat(alliance.keeper.lies()).as("the same again is no lie").isEmpty();
    alliance.receive(LIAR, alliance.site(LIAR).seal(new NonReveal(round.task().ref())));
    assertThat(alliance.keeper.lies()).hasSize(1);
    Lie lie = alliance.keeper.lies().get(0);
    assertThat(lie.liar()).isEqualTo(LIAR);
    assertThat(lie.reason()).isEqualTo(Reason.EQUIVOCATION);
    assertThat(
            Judge.judge(new HashNotary("an-auditor"), Judge.decode(alliance.keeper.evidence(lie)))
                .orElseThrow()
                .explanation())
        .contains(Reveal.TYPE)
        .contains(NonReveal.TYPE);
  }

  @Test
  void whoHasRevealedIsNotShownTheCertificateAgainWhetherItWasNeededOrNot() throws Refusal {
    alliance.open(JOB, Alliance.MODEL);
    alliance.upload(JOB, "m0", "m1", "m2", "m3");
    for (String member : List.of("m0", "m1", "m2", "m3")) {
      List<byte[]> due = alliance.round(JOB).server().outgoing(member);
      assertThat(due).as(member).hasSize(1);
      assertThat(Inbox.open(alliance.notary, due.get(0)).message()).isInstanceOf(Result.class);
    }
  }
}

package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.concordat.protocol.Arrivals.Answer;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final long SECOND = 1_000_000_000L;
  private static final InetAddress SITE = address("192.0.2.1");
  private static final InetAddress OTHER = address("192.0.2.2");

  private long now = SECOND;
  private int next;

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException none) {
      throw new AssertionError(none);
    }
  }

  private Arrivals<Integer> arrivals(Limits limits) {
    return new Arrivals<>(limits, now);
  }

  private Answer<Integer> arrive(Arrivals<Integer> at, InetAddress from) {
    return at.arrive(next++, from, now);
  }

  @Test
  void aSiteWithTwoHundredAndFiftyAgentsComesInAtOnce() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT);
    for (int i = 0; i < 250; i++) {
      assertThat(arrive(all, SITE)).isEqualTo(new Answer<>(true, null, null));
    }
  }

  @Test
  void moreConnectionsThanAnAddressMayHaveAreRefusedAndOthersComeIn() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT.with(Limit.CONNECTIONS_PER_ADDRESS, 2));
    arrive(all, SITE);
    arrive(all, SITE);
    assertThat(arrive(all, SITE))
        .isEqualTo(new Answer<Integer>(false, Limit.CONNECTIONS_PER_ADDRESS, null));
    assertThat(arrive(all, OTHER).admitted()).isTrue();
    all.gone(0, now);
    assertThat(arrive(all, SITE).admitted()).isTrue();
    assertThat(all.size()).isEqualTo(3);
  }

  @Test
  void moreConnectionsThanThereMayBeAreRefused() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT.with(Limit.CONNECTIONS, 16));
    for (int i = 0; i < 16; i++) {
      assertThat(arrive(all, address("192.0.2." + i)).admitted()).isTrue();
    }
    assertThat(arrive(all, SITE)).isEqualTo(new Answer<Integer>(false, Limit.CONNECTIONS, null));
  }

  @Test
  void theOldestHandshakeOfAnAddressGivesWayAndOneThatIsOverDoesNot() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT.with(Limit.HANDSHAKES_PER_ADDRESS, 2));
    arrive(all, SITE);
    arrive(all, SITE);
    all.established(0);
    assertThat(arrive(all, SITE)).isEqualTo(new Answer<Integer>(true, null, null));
    assertThat(arrive(all, SITE)).isEqualTo(new Answer<>(true, Limit.HANDSHAKES_PER_ADDRESS, 1));
    assertThat(all.gone(1, now)).isEqualTo(-1); // counted out already
    assertThat(all.size()).isEqualTo(3);
  }

  @Test
  void theOldestHandshakeOfAllGivesWay() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT.with(Limit.HANDSHAKES, 8));
    for (int i = 0; i < 8; i++) {
      arrive(all, address("192.0.2." + i));
    }
    assertThat(arrive(all, address("192.0.2.100")))
        .isEqualTo(new Answer<>(true, Limit.HANDSHAKES, 0));
  }

  @Test
  void anAddressThatConnectsTooOftenIsRefusedUntilItHasPaused() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT.with(Limit.HANDSHAKE_RATE_PER_ADDRESS, 2));
    for (int i = 0; i < 20; i++) {
      assertThat(arrive(all, SITE).admitted()).isTrue();
      all.gone(i, now);
    }
    assertThat(arrive(all, SITE))
        .isEqualTo(new Answer<Integer>(false, Limit.HANDSHAKE_RATE_PER_ADDRESS, null));
    assertThat(arrive(all, OTHER).admitted()).isTrue();
    now += SECOND;
    assertThat(arrive(all, SITE).admitted()).isTrue();
    assertThat(arrive(all, SITE).admitted()).isTrue();
    assertThat(arrive(all, SITE).admitted()).isFalse();
  }

  @Test
  void howLongAHandshakeWasUnderWayIsTold() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT);
    arrive(all, SITE);
    arrive(all, SITE);
    all.established(1);
    now += 3 * SECOND;
    assertThat(all.gone(0, now)).isEqualTo(3 * SECOND);
    assertThat(all.gone(1, now)).isEqualTo(-1);
    assertThat(all.size()).isZero();
  }

  /** A /48 has 65,536 of what an address is; each connects once, and holds its handshake open. */
  @Test
  void aFloodOfOneBlockGivesWayToItselfHoweverFastItIs() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT);
    flood(all, 2_000, -1);
    for (int round = 0; round < 20; round++) {
      int honest = next;
      InetAddress from = round % 2 == 0 ? address("192.0.2." + round) : address("2001:db8:1::1");
      assertThat(arrive(all, from).admitted()).isTrue();
      flood(all, 3_000, honest); // in the 300 ms of its handshake
      all.established(honest);
      assertThat(all.gone(honest, now)).as("it was established").isEqualTo(-1);
    }
  }

  private void flood(Arrivals<Integer> all, int times, int honest) {
    for (int i = 0; i < times; i++) {
      now += SECOND / 10_000;
      InetAddress from = address("2001:db8:bad:%x::1".formatted(next & 0xffff));
      Integer givesWay = arrive(all, from).givesWay();
      assertThat(givesWay).isNotEqualTo((Integer) honest);
      if (givesWay != null) {
        all.gone(givesWay, now);
      }
    }
  }

  @Test
  void ofTwoBlocksTheFullerGivesWayAndOfEqualOnesTheOneWithTheOldest() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT.with(Limit.HANDSHAKES, 8));
    for (int i = 0; i < 4; i++) {
      arrive(all, address("192.0.2." + i)); // 0 to 3
    }
    for (int i = 0; i < 4; i++) {
      arrive(all, address("198.51.100." + i)); // 4 to 7
    }
    assertThat(arrive(all, address("203.0.113.1")).givesWay()).isEqualTo(0); // 8
    assertThat(arrive(all, address("203.0.113.1")).givesWay()).isEqualTo(4); // 9
    all.established(5);
    assertThat(arrive(all, address("203.0.113.2")).givesWay()).isNull(); // 10
    assertThat(arrive(all, address("203.0.113.2")).givesWay()).isEqualTo(1);
    assertThat(arrive(all, address("203.0.113.2")).givesWay()).isEqualTo(8);
  }

  @Test
  void moreAddressesThanAreRememberedShareOnePlace() {
    Arrivals<Integer> all = arrivals(Limits.DEFAULT);
    for (int i = 0; i < 65_536; i++) {
      arrive(all, address("10.1." + (i >> 8) + "." + (i & 255)));
      all.gone(i, now);
    }
    long admitted = 0;
    for (int i = 0; i < 1_000; i++) { // none is forgotten yet: their buckets are not full
      if (arrive(all, address("10.2." + (i >> 8) + "." + (i & 255))).admitted()) {
        admitted++;
      }
    }
    assertThat(admitted).isEqualTo(500);
    now += 60 * SECOND; // those of before are forgotten
    assertThat(arrive(all, address("10.3.0.1")).admitted()).isTrue();
    assertThat(arrive(all, address("10.3.0.1")).admitted()).isTrue();
  }
}

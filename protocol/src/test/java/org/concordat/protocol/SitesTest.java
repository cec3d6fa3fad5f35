package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class SitesTest {
  private static InetAddress address(String text) throws UnknownHostException {
    return InetAddress.getByName(text);
  }

  @Test
  void aSiteHasSixtyFourBitsOfAnIpv6Address() throws Exception {
    assertThat(Sites.site(address("2001:db8:1:2:3:4:5:6")))
        .isEqualTo(Sites.site(address("2001:db8:1:2:ffff::1")))
        .isNotEqualTo(Sites.site(address("2001:db8:1:3:3:4:5:6")));
    assertThat(Sites.site(address("192.0.2.1"))).isEqualTo(address("192.0.2.1"));
  }

  @Test
  void aBlockHasFortyEightBitsOrTwentyFour() throws Exception {
    assertThat(Sites.block(address("2001:db8:1:2:3:4:5:6")))
        .isEqualTo(address("2001:db8:1::"))
        .isNotEqualTo(Sites.block(address("2001:db8:2:2:3:4:5:6")));
    assertThat(Sites.block(address("192.0.2.77"))).isEqualTo(address("192.0.2.0"));
    assertThat(Sites.block(address("::ffff:192.0.2.77"))).isEqualTo(address("192.0.2.0"));
  }
}

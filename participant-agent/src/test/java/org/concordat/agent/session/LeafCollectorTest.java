package org.concordat.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.concordat.agent.session.LeafCollector.UnwantedLeafException;
import org.concordat.protocol.v1.LeafPart;
import org.concordat.secureagg.Digest;
import org.junit.jupiter.api.Test;

/** A coordinator that floods cannot make a site hold more than what it asked for. */
class LeafCollectorTest {
  private final LeafCollector collector =
      new LeafCollector(List.of(3, 7), Set.of("berlin", "zurich"));

  private static LeafPart.Builder part(String member, int leaf) {
    return LeafPart.newBuilder()
        .setMember(member)
        .setLeaf(leaf)
        .setData(ByteString.copyFrom(new byte[LeafCollector.MAX_DATA_BYTES]))
        .addAllPath(
            Collections.nCopies(
                LeafCollector.MAX_PATH, ByteString.copyFrom(new byte[Digest.SIZE_BYTES])));
  }

  private void refused(LeafPart.Builder part, String why) {
    assertThatThrownBy(() -> collector.add(part.build()))
        .isInstanceOf(UnwantedLeafException.class)
        .hasMessageContaining(why);
  }

  @Test
  void largestPartsThatWereAskedForAreKept() throws Exception {
    collector.add(part("berlin", 3).build());
    collector.add(part("zurich", 7).build());
    assertThat(collector.leaves()).containsOnlyKeys(3, 7);
    assertThat(collector.leaves().get(3)).containsOnlyKeys("berlin");
    assertThat(collector.leaves().get(7).get("zurich").path()).hasSize(LeafCollector.MAX_PATH);
  }

  @Test
  void anythingElseIsRefusedAndNotKept() throws Exception {
    refused(part("berlin", 4), "leaf 4 of 'berlin' was not asked for");
    refused(part("berlin", -1), "leaf 4294967295");
    refused(part("nobody", 3), "was not asked for");
    refused(
        part("berlin", 3).setData(ByteString.copyFrom(new byte[LeafCollector.MAX_DATA_BYTES + 1])),
        "larger than a leaf");
    refused(
        part("berlin", 3).addPath(ByteString.copyFrom(new byte[Digest.SIZE_BYTES])), "longer path");
    refused(part("berlin", 3).setPath(0, ByteString.copyFromUtf8("short")), "another length");
    collector.add(part("berlin", 3).build());
    refused(part("berlin", 3), "sent twice");
    assertThat(collector.leaves().get(3)).hasSize(1);
    assertThat(collector.leaves()).containsOnlyKeys(3);
  }

  @Test
  void moreOwnersThanAnAllianceCanHaveAreRefused() {
    List<String> owners = IntStream.rangeClosed(0, 256).mapToObj(i -> "m" + i).toList();
    assertThatThrownBy(() -> new LeafCollector(List.of(0), owners))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("257");
  }
}

package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IdIndexTest {
  private static byte[] bytes(String id) {
    return id.getBytes(StandardCharsets.US_ASCII);
  }

  private static long hash(IdIndex index, String id) {
    byte[] within = bytes("##" + id + "#");
    return index.hash(within, 2, within.length - 1);
  }

  private static OptionalLong find(IdIndex index, List<String> ids, String wanted) {
    return index.find(hash(index, wanted), at -> ids.get((int) at).equals(wanted));
  }

  @TestFactory
  Stream<DynamicTest> findsWhatWasPutAndNothingElse() {
    return Seeded.property(
        "id index",
        5,
        random -> {
          IdIndex index = new IdIndex();
          List<String> ids = new ArrayList<>();
          for (int i = 0; i < 5000; i++) {
            String id = "x".repeat(random.nextInt(40)) + i;
            index.put(hash(index, id), i);
            ids.add(id);
          }
          for (int i = 0; i < ids.size(); i++) {
            assertThat(find(index, ids, ids.get(i))).hasValue(i);
            assertThat(find(index, ids, "y" + ids.get(i))).isEmpty();
          }
        });
  }

  /** Two ids of one hash are told apart by whoever can read them. */
  @Test
  void idsOfOneHashAreBothFound() {
    IdIndex index = new IdIndex();
    index.put(17, 0);
    index.put(17, 1);
    assertThat(index.find(17, at -> at == 0)).hasValue(0);
    assertThat(index.find(17, at -> at == 1)).hasValue(1);
    assertThat(index.find(17, at -> false)).isEmpty();
    assertThat(index.find(18, at -> true)).isEmpty();
  }

  @Test
  void idsOfEachLengthHaveHashesOfTheirOwn() {
    IdIndex index = new IdIndex();
    Set<Long> hashes = new HashSet<>();
    for (int length = 1; length <= 256; length++) {
      hashes.add(hash(index, "a".repeat(length)));
      hashes.add(hash(index, "\0".repeat(length)));
      hashes.add(hash(index, "a".repeat(length - 1) + "b"));
    }
    assertThat(hashes).hasSize(3 * 256).allMatch(hash -> hash >= 0);
  }

  @Test
  void hashesOfOneIndexSayNothingOfAnothers() {
    assertThat(hash(new IdIndex(), "an id")).isNotEqualTo(hash(new IdIndex(), "an id"));
  }

  @Test
  void whatIsReadBackIsTheWholeId() {
    IdIndex index = new IdIndex();
    byte[] id = bytes("job/1/1");
    assertThat(index.hash(id, 0, id.length)).isEqualTo(hash(index, "job/1/1"));
  }
}

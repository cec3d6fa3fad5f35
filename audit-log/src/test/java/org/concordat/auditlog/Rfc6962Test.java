package org.concordat.auditlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The test tree published with Certificate Transparency's reference implementation (RFC 6962). */
class Rfc6962Test {
  private final List<TreeHash> leaves =
      Stream.of(
              "",
              "00",
              "10",
              "2021",
              "3031",
              "40414243",
              "5051525354555657",
              "606162636465666768696a6b6c6d6e6f")
          .map(hex -> Rfc6962.leaf(HexFormat.of().parseHex(hex)))
          .toList();

  static final List<TreeHash> ROOTS =
      Stream.of(
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
              "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
              "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
              "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
              "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
              "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
              "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
              "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
          .map(Rfc6962Test::hash)
          .toList();

  static TreeHash hash(String hex) {
    return TreeHash.of(HexFormat.of().parseHex(hex));
  }

  @Test
  void rootsOfTheTestTree() {
    for (int size = 0; size <= leaves.size(); size++) {
      assertThat(Rfc6962.root(leaves.subList(0, size)))
          .as("size %d", size)
          .isEqualTo(ROOTS.get(size));
    }
  }

  @Test
  void theEdgeAgreesWithTheTestTree() {
    TreeEdge edge = new TreeEdge();
    assertThat(edge.root()).isEqualTo(ROOTS.get(0));
    for (int size = 1; size <= leaves.size(); size++) {
      edge.add(leaves.get(size - 1), (level, index, hashes) -> {});
      assertThat(edge.root()).as("size %d", size).isEqualTo(ROOTS.get(size));
    }
  }

  @Test
  void publishedInclusionProofs() {
    TreeHash root = ROOTS.get(8);
    inclusion(
            0,
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4")
        .verify(leaves.get(0), root);
    inclusion(
            5,
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")
        .verify(leaves.get(5), root);
    assertThat(inclusion(0).size()).isEqualTo(8);
  }

  @Test
  void publishedConsistencyProofs() {
    consistency(
        1,
        8,
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
    consistency(
        6,
        8,
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    consistency(
        2,
        5,
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b");
  }

  private static InclusionProof inclusion(long index, String... hashes) {
    return new InclusionProof(index, 8, Stream.of(hashes).map(Rfc6962Test::hash).toList());
  }

  private static void consistency(int from, int to, String... hashes) {
    ConsistencyProof proof =
        new ConsistencyProof(from, to, Stream.of(hashes).map(Rfc6962Test::hash).toList());
    proof.verify(ROOTS.get(from), ROOTS.get(to));
    assertThat(proof.hashes()).hasSize(hashes.length);
  }
}

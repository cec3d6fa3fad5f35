package org.concordat.coordinator.atrest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.concordat.certs.ParticipantKeys;
import org.concordat.certs.SealKey;
import org.concordat.certs.Sha256;
import org.concordat.store.Blobs;
import org.concordat.store.StoreException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model lies sealed: the coordinator opens it, and so many holders as are named. */
class ModelSealTest {
  private static final List<String> NAMES = List.of("budapest", "lyon", "zurich");
  private static final Sha256 GENESIS = Sha256.of(new byte[] {7});

  @TempDir Path temp;
  private final Map<String, ParticipantKeys> keys = new TreeMap<>();
  private ModelSeal seal;
  private Blobs blobs;
  private byte[] model;
  private String digest;
  private Path file;

  @BeforeEach
  void write() {
    NAMES.forEach(name -> keys.put(name, ParticipantKeys.create(temp.resolve(name))));
    seal =
        new ModelSeal(SealKey.loadOrCreate(temp.resolve("models.key"), Optional::empty), GENESIS);
    seal.holders(() -> Optional.of(holders(2)));
    blobs = Blobs.sealed(temp.resolve("blobs"), seal);
    model = new byte[80_000];
    new Random(1).nextBytes(model);
    digest = blobs.put(model);
    file = temp.resolve("blobs/sha256").resolve(digest.substring(0, 2)).resolve(digest);
  }

  private Holders holders(int needed) {
    List<Holders.Holder> all = new ArrayList<>();
    keys.forEach((name, its) -> all.add(new Holders.Holder(name, its.identity())));
    return new Holders("ab", needed, all);
  }

  private byte[] share(String member) throws IOException {
    return ModelShare.of(file).open(member, keys.get(member));
  }

  @Test
  void theCoordinatorOpensItAlone() {
    assertThat(blobs.get(digest).orElseThrow()).isEqualTo(model);
    ModelSeal again =
        new ModelSeal(SealKey.loadOrCreate(temp.resolve("models.key"), Optional::empty), GENESIS);
    assertThat(Blobs.sealed(temp.resolve("blobs"), again).get(digest).orElseThrow())
        .isEqualTo(model);
    ModelSeal other =
        new ModelSeal(SealKey.loadOrCreate(temp.resolve("other.key"), Optional::empty), GENESIS);
    assertThatThrownBy(() -> Blobs.sealed(temp.resolve("blobs"), other).get(digest))
        .isInstanceOf(StoreException.Altered.class)
        .hasMessageContaining("keys/models.key")
        .hasMessageContaining("model recover");
    ModelSeal elsewhere =
        new ModelSeal(
            SealKey.loadOrCreate(temp.resolve("models.key"), Optional::empty),
            Sha256.of(new byte[] {8}));
    assertThatThrownBy(() -> Blobs.sealed(temp.resolve("blobs"), elsewhere).get(digest))
        .hasMessageContaining("another alliance's");
  }

  @Test
  void anyTwoOfThreeHoldersOpenItTogether() throws IOException {
    ModelShare sealed = ModelShare.of(file);
    assertThat(sealed.holders()).isEqualTo(NAMES);
    assertThat(sealed.needed()).isEqualTo(2);
    for (String left : NAMES) {
      Map<String, byte[]> two = new TreeMap<>();
      for (String name : NAMES) {
        if (!name.equals(left)) {
          two.put(name, share(name));
        }
      }
      assertThat(sealed.recover(two)).isEqualTo(model);
      two.put(left, share(left));
      assertThat(sealed.recover(two)).isEqualTo(model);
    }
  }

  @Test
  void fewerAreRefusedByName() throws IOException {
    ModelShare sealed = ModelShare.of(file);
    byte[] zurichs = share("zurich");
    assertThatThrownBy(() -> sealed.recover(Map.of("zurich", zurichs)))
        .hasMessageContaining(
            "2 shares of model " + digest + " are needed, and there are 1 (zurich)")
        .hasMessageContaining("budapest, lyon, zurich");
    assertThatThrownBy(() -> sealed.recover(Map.of("oslo", zurichs)))
        .hasMessageContaining("'oslo' holds no share");
    assertThatThrownBy(() -> sealed.recover(Map.of("lyon", zurichs, "zurich", zurichs)))
        .hasMessageContaining("the share of 'lyon' is not its share");
    assertThatThrownBy(() -> sealed.open("lyon", keys.get("zurich")))
        .hasMessageContaining("the share of 'lyon' does not open");
    assertThatThrownBy(() -> sealed.open("oslo", keys.get("zurich")))
        .hasMessageContaining("'oslo' holds no share");
  }

  /** A lying disk: bytes of the file are changed, whoever opens it sees it. */
  @Test
  void anAlteredFileIsNamed() throws IOException {
    byte[] sealed = Files.readAllBytes(file);
    Map<String, byte[]> two = Map.of("lyon", share("lyon"), "zurich", share("zurich"));
    Random random = new Random(3);
    for (int i = 0; i < 60; i++) {
      byte[] other = sealed.clone();
      int at = random.nextInt(sealed.length);
      other[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, other);
      assertThatThrownBy(() -> blobs.get(digest))
          .as("byte %d", at)
          .isInstanceOf(StoreException.class);
      assertThatThrownBy(() -> ModelShare.of(file).recover(two))
          .as("byte %d", at)
          .isInstanceOf(StoreException.class);
    }
  }

  @Test
  void sumsAndRecordsAreForTheCoordinatorOnly() throws IOException {
    blobs.putNamed("sum-1", model);
    Path sum = temp.resolve("blobs/named/sum-1");
    assertThat(blobs.openNamed("sum-1").orElseThrow().all()).isEqualTo(model);
    assertThatThrownBy(() -> ModelShare.of(sum)).hasMessageContaining("nobody holds shares of it");
    String lies = Files.readString(sum, StandardCharsets.ISO_8859_1);
    assertThat(lies)
        .doesNotContain(new String(Arrays.copyOf(model, 16), StandardCharsets.ISO_8859_1));
  }

  @Test
  void otherHoldersGetSharesAtTheNextStart() throws IOException {
    byte[] before = Files.readAllBytes(file);
    blobs.sealAll(seal, name -> false);
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    seal.holders(() -> Optional.of(holders(3)));
    blobs.sealAll(seal, name -> false);
    assertThat(ModelShare.of(file).needed()).isEqualTo(3);
    assertThat(blobs.get(digest).orElseThrow()).isEqualTo(model);
    seal.holders(Optional::empty);
    blobs.sealAll(seal, name -> false);
    assertThatThrownBy(() -> ModelShare.of(file)).hasMessageContaining("nobody holds shares");
  }
}

package org.concordat.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.concordat.certs.Genesis;
import org.concordat.certs.MemberId;
import org.concordat.certs.SealKey;
import org.concordat.coordinator.atrest.Holders;
import org.concordat.coordinator.atrest.ModelSeal;
import org.concordat.store.Blobs;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The coordinator is gone; members open a model of its backup at home, and together. */
class ModelRecoverTest {
  private static final byte[] MODEL = new byte[4000];

  @TempDir static Path shared;
  private static Founding founding;
  private static Path file;
  @TempDir Path temp;

  @BeforeAll
  static void write() throws IOException {
    founding = Founding.in(shared, "demo.yaml");
    Genesis genesis = Genesis.load(founding.genesis());
    ModelSeal seal =
        new ModelSeal(
            SealKey.loadOrCreate(shared.resolve("models.key"), Optional::empty), genesis.digest());
    List<Holders.Holder> holders =
        Stream.of("budapest", "cleveland", "zurich")
            .map(name -> genesis.roster().find(new MemberId(name)).orElseThrow())
            .map(entry -> new Holders.Holder(entry.id().value(), entry.identityKey()))
            .toList();
    seal.holders(() -> Optional.of(new Holders("ab", 2, holders)));
    String digest = Blobs.sealed(shared.resolve("blobs"), seal).put(MODEL);
    file = shared.resolve("blobs/sha256").resolve(digest.substring(0, 2)).resolve(digest);
  }

  private static Cli shareOf(String member, Path out) {
    return Cli.run(
        "model",
        "share",
        file,
        "--out",
        out,
        "--home",
        founding.home(member),
        "--as",
        member,
        "--genesis",
        founding.genesis());
  }

  private Path share(String member) {
    Path out = temp.resolve(member + ".share");
    Cli done = shareOf(member, out);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("2 of 3 open it: budapest, cleveland, zurich");
    return out;
  }

  @Test
  void twoHoldersOpenItTogether() throws IOException {
    Path zurich = share("zurich");
    Path out = temp.resolve("model.bin");
    Cli done =
        Cli.run(
            "model",
            "recover",
            file,
            "--share",
            zurich,
            "--share",
            share("budapest"),
            "--out",
            out);
    assertThat(done.code()).as(done.err()).isZero();
    assertThat(done.out()).contains("500 parameters").contains(file.getFileName().toString());
    assertThat(Files.readAllBytes(out)).isEqualTo(MODEL);
    for (Path secret : List.of(zurich, out)) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
          .isEqualTo("rw-------");
    }
    assertThat(shareOf("zurich", zurich).code()).as("nothing is overwritten").isEqualTo(6);
  }

  @Test
  void fewerAndOthersAreRefusedByName() throws IOException {
    Path zurich = share("zurich");
    Path out = temp.resolve("model.bin");
    Cli one = Cli.run("model", "recover", file, "--share", zurich, "--out", out);
    assertThat(one.code()).isEqualTo(8);
    assertThat(one.err()).contains("2 shares").contains("there are 1 (zurich)");
    Cli none = shareOf("coordinator", temp.resolve("none.share"));
    assertThat(none.code()).isEqualTo(8);
    assertThat(none.err()).contains("'coordinator' holds no share");
    Path other = temp.resolve("budapest.share");
    Files.writeString(other, Files.readString(zurich).replace("zurich", "budapest"));
    Cli forged =
        Cli.run("model", "recover", file, "--share", zurich, "--share", other, "--out", out);
    assertThat(forged.code()).isEqualTo(8);
    assertThat(forged.err()).contains("the share of 'budapest' is not its share");
    Files.writeString(other, "no share");
    assertThat(
            Cli.run("model", "recover", file, "--share", zurich, "--share", other, "--out", out)
                .err())
        .contains("is no share of a model");
    assertThat(out).doesNotExist();
    Cli plain = Cli.run("model", "recover", zurich, "--share", zurich, "--out", out);
    assertThat(plain.err()).contains("is not sealed");
  }
}

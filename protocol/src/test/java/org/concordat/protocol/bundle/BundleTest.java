package org.concordat.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.concordat.protocol.Envelopes;
import org.concordat.protocol.bundle.BadBundleException.Reason;
import org.concordat.protocol.bundle.BundleSeal.ReplyKey;
import org.concordat.protocol.v1.BundleBlob;
import org.concordat.protocol.v1.BundleHeader;
import org.concordat.protocol.v1.BundleItem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of a file on its way, nothing of it is taken that was not signed. */
class BundleTest {
  @TempDir Path root;

  /** A signature here is 64 bytes of the message: what matters is that others are refused. */
  private static byte[] signature(byte[] message) {
    byte[] digest = BundleWriter.sha256().digest(message);
    return Arrays.copyOf(digest, 64);
  }

  private static Envelopes envelopes(String alliance) {
    return new Envelopes(
        alliance,
        "oslo",
        BundleTest::signature,
        (sender, message, signature) -> Arrays.equals(signature, signature(message)),
        1);
  }

  private static BundleItem item(int number) {
    return BundleItem.newBuilder()
        .setModel(BundleBlob.newBuilder().setOffset(number).setData(ByteString.copyFromUtf8("abc")))
        .build();
  }

  private Path written(BundleHeader header, @Nullable BundleSeal seal, int items)
      throws IOException {
    Path file = root.resolve("bundle");
    try (BundleWriter writer = new BundleWriter(file, seal)) {
      for (int i = 0; i < items; i++) {
        writer.add(item(i));
      }
      writer.finish(header, payload -> envelopes("test").seal(BundleWriter.TYPE, 0, 0, payload));
    }
    return file;
  }

  /** As both sides read one. */
  private static List<BundleItem> read(Path file, @Nullable ReplyKey key) throws Exception {
    List<BundleItem> items = new ArrayList<>();
    try (BundleReader reader = new BundleReader(file)) {
      BundleHeader header =
          BundleReader.header(envelopes("test").open(reader.signedHeader()).payload());
      reader.accept(
          header,
          key == null ? null : BundleSeal.with(key, header.getEncapsulated().toByteArray()));
      for (Optional<BundleItem> next = reader.next(); next.isPresent(); next = reader.next()) {
        items.add(next.get());
      }
    }
    return items;
  }

  private Path changed(byte[] bytes) throws IOException {
    return Files.write(root.resolve("changed"), bytes);
  }

  private static Reason refusal(Path file) {
    try {
      read(file, null);
    } catch (BadBundleException bad) {
      return bad.reason();
    } catch (Envelopes.BadEnvelope notSigned) {
      return Reason.NOT_SIGNED;
    } catch (Exception otherwise) {
      throw new AssertionError("no refusal by name", otherwise);
    }
    throw new AssertionError("it was taken");
  }

  @Test
  void whatWasWrittenIsRead() throws Exception {
    Path file = written(BundleHeader.getDefaultInstance(), null, 3);
    assertThat(read(file, null)).containsExactly(item(0), item(1), item(2));
    assertThat(read(written(BundleHeader.getDefaultInstance(), null, 0), null)).isEmpty();
  }

  @Test
  void alteredAtAnyByteItIsRefusedByName() throws Exception {
    byte[] whole = Files.readAllBytes(written(BundleHeader.getDefaultInstance(), null, 3));
    for (int i = 0; i < whole.length; i++) {
      byte[] other = whole.clone();
      other[i] ^= 1;
      assertThat(refusal(changed(other)))
          .as("byte %d", i)
          .isIn(Reason.NO_BUNDLE, Reason.ALTERED, Reason.INCOMPLETE, Reason.NOT_SIGNED);
    }
  }

  @Test
  void cutAtAnyLengthOrContinuedItIsRefusedByName() throws Exception {
    byte[] whole = Files.readAllBytes(written(BundleHeader.getDefaultInstance(), null, 3));
    for (int length = 0; length < whole.length; length++) {
      assertThat(refusal(changed(Arrays.copyOf(whole, length))))
          .as("length %d", length)
          .isIn(Reason.NO_BUNDLE, Reason.INCOMPLETE);
    }
    assertThat(refusal(changed(Arrays.copyOf(whole, whole.length + 1)))).isEqualTo(Reason.ALTERED);
  }

  @Test
  void itemsInAnotherOrderAreRefused() throws Exception {
    byte[] whole = Files.readAllBytes(written(BundleHeader.getDefaultInstance(), null, 2));
    int item = 4 + item(1).getSerializedSize();
    int first = whole.length - 4 - item(0).getSerializedSize() - item;
    ByteArrayOutputStream turned = new ByteArrayOutputStream();
    turned.write(whole, 0, first);
    turned.write(whole, whole.length - item, item);
    turned.write(whole, first, whole.length - item - first);
    assertThat(turned.size()).isEqualTo(whole.length);
    assertThat(refusal(changed(turned.toByteArray()))).isEqualTo(Reason.ALTERED);
  }

  @Test
  void anotherAlliancesIsRefused() throws Exception {
    Path file = written(BundleHeader.getDefaultInstance(), null, 1);
    try (BundleReader reader = new BundleReader(file)) {
      assertThatThrownBy(() -> envelopes("other").open(reader.signedHeader()))
          .isInstanceOf(Envelopes.BadEnvelope.class)
          .hasMessageContaining("alliance");
    }
  }

  @Test
  void anotherFormatIsRefused() {
    assertThatThrownBy(
            () -> BundleReader.header(BundleHeader.newBuilder().setFormat(2).build().toByteArray()))
        .isInstanceOfSatisfying(
            BadBundleException.class, bad -> assertThat(bad.reason()).isEqualTo(Reason.NO_BUNDLE));
  }

  @Test
  void aHeaderThatClaimsToBeHugeIsRefusedBeforeItIsRead() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(BundleWriter.MAGIC);
    out.writeInt(Integer.MAX_VALUE);
    assertThat(refusal(changed(bytes.toByteArray()))).isEqualTo(Reason.ALTERED);
  }

  @Test
  void nothingIsReadBeforeTheContentWasChecked() throws Exception {
    try (BundleReader reader =
        new BundleReader(written(BundleHeader.getDefaultInstance(), null, 1))) {
      assertThatThrownBy(reader::next).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatIsSealedOpensWithItsKeyOnly() throws Exception {
    ReplyKey key = ReplyKey.create();
    BundleSeal.Sender sender = BundleSeal.to(key.open());
    BundleHeader header =
        BundleHeader.newBuilder()
            .setEncapsulated(ByteString.copyFrom(sender.encapsulated()))
            .build();
    Path file = written(header, sender.seal(), 3);
    assertThat(read(file, ReplyKey.of(key.toStore()))).containsExactly(item(0), item(1), item(2));
    assertThatThrownBy(() -> read(file, ReplyKey.create()))
        .isInstanceOfSatisfying(
            BadBundleException.class,
            bad -> assertThat(bad.reason()).isEqualTo(Reason.NOT_SEALED_TO_US));
    assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
        .doesNotContain("abc");
    assertThat(key.toString()).isEqualTo("ReplyKey");
  }

  /** Its maker signed it so: that is no reason to fail without a name. */
  @Test
  void itemsThatEndTooEarlyAreRefusedThoughTheyWereSigned() throws Exception {
    for (byte[] items :
        List.of(new byte[] {0, 0}, new byte[] {0, 0, 0, 9, 1}, new byte[] {-1, 0, 0, 0})) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      out.write(BundleWriter.MAGIC);
      out.writeInt(1);
      out.write(0);
      out.write(items);
      try (BundleReader reader = new BundleReader(changed(bytes.toByteArray()))) {
        reader.accept(
            BundleHeader.newBuilder()
                .setContentBytes(items.length)
                .setContentSha256(ByteString.copyFrom(BundleWriter.sha256().digest(items)))
                .build(),
            null);
        assertThatThrownBy(reader::next)
            .isInstanceOfSatisfying(
                BadBundleException.class,
                bad -> assertThat(bad.reason()).isEqualTo(Reason.ALTERED));
      }
    }
  }

  @Test
  void aMalformedKeyIsRefused() {
    assertThatThrownBy(() -> BundleSeal.to(new byte[31])).hasMessageContaining("31");
    assertThatThrownBy(() -> BundleSeal.with(ReplyKey.create(), new byte[5]))
        .isInstanceOf(BadBundleException.class);
  }
}

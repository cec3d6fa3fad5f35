package org.concordat.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.concordat.protocol.v1.FloatType;
import org.concordat.protocol.v1.TrainerReady;
import org.concordat.protocol.v1.TrainerReply;
import org.concordat.testkit.Seeded;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class FramesAndVectorsTest {
  private static final TrainerReply REPLY =
      TrainerReply.newBuilder().setReady(TrainerReady.newBuilder().setParameters(7)).build();

  private static TrainerReply read(byte[] bytes, int most) throws IOException {
    return Frames.read(new ByteArrayInputStream(bytes), TrainerReply.parser(), most);
  }

  private static byte[] frame() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Frames.write(out, REPLY);
    return out.toByteArray();
  }

  @Test
  void framesComeBackOneByOne() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Frames.write(out, REPLY);
    Frames.write(out, TrainerReply.getDefaultInstance());
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    assertThat(Frames.read(in, TrainerReply.parser(), 100)).isEqualTo(REPLY);
    assertThat(Frames.read(in, TrainerReply.parser(), 100))
        .isEqualTo(TrainerReply.getDefaultInstance());
    assertThat(Frames.read(in, TrainerReply.parser(), 100)).isNull();
  }

  @Test
  void badFramesAreRefusedByName() throws IOException {
    byte[] frame = frame();
    assertThatThrownBy(() -> read(frame, 3))
        .isInstanceOf(Frames.BadFrameException.class)
        .hasMessageContaining("at most 3");
    assertThatThrownBy(() -> read(ByteBuffer.allocate(4).putInt(-1).array(), 100))
        .isInstanceOf(Frames.BadFrameException.class)
        .hasMessageContaining("4294967295 bytes");
    assertThatThrownBy(() -> read(new byte[] {0, 0}, 100)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> read(java.util.Arrays.copyOf(frame, frame.length - 1), 100))
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(
            () ->
                read(
                    "Hello, this is a log line".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    1000))
        .isInstanceOf(Frames.BadFrameException.class);
  }

  @TestFactory
  Stream<DynamicTest> rubbishNeverEscapesAsAnythingElse() {
    return Seeded.property(
        "random frames",
        300,
        random -> {
          byte[] body = new byte[random.nextInt(60)];
          random.nextBytes(body);
          byte[] framed =
              ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
          try {
            assertThat(read(framed, 100)).isNotNull();
          } catch (Frames.BadFrameException refused) {
            assertThat(refused).hasMessageContaining(body.length + " bytes");
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> vectorsComeBack() {
    return Seeded.property(
        "float32 and float64",
        50,
        random -> {
          double[] values = random.doubles(random.nextInt(1, 100), -1e6, 1e6).toArray();
          assertThat(
                  FloatVectors.decode(
                      FloatType.FLOAT64,
                      FloatVectors.encode(FloatType.FLOAT64, values),
                      values.length,
                      "v"))
              .isEqualTo(values);
          double[] rounded =
              FloatVectors.decode(
                  FloatType.FLOAT32,
                  FloatVectors.encode(FloatType.FLOAT32, values),
                  values.length,
                  "v");
          for (int i = 0; i < values.length; i++) {
            assertThat(rounded[i]).isEqualTo((float) values[i]);
          }
        });
  }

  @Test
  void vectorsOfAnotherLengthOrWithValuesThatAreNotFiniteAreRefused() {
    ByteString three = FloatVectors.encode(FloatType.FLOAT32, new double[3]);
    assertThatThrownBy(() -> FloatVectors.decode(FloatType.FLOAT32, three, 4, "the model"))
        .isInstanceOf(FloatVectors.BadVectorException.class)
        .hasMessageContaining("the model has 12 bytes, expected 16");
    assertThatThrownBy(() -> FloatVectors.decode(FloatType.FLOAT32, three, 2, "the model"))
        .hasMessageContaining("expected 8");
    for (double bad :
        new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
      ByteString encoded = FloatVectors.encode(FloatType.FLOAT64, new double[] {0, bad});
      assertThatThrownBy(() -> FloatVectors.decode(FloatType.FLOAT64, encoded, 2, "v"))
          .hasMessageContaining("index 1");
    }
    // too large for a float32: infinite on the wire
    ByteString overflow = FloatVectors.encode(FloatType.FLOAT32, new double[] {1e300});
    assertThatThrownBy(() -> FloatVectors.decode(FloatType.FLOAT32, overflow, 1, "v"))
        .hasMessageContaining("Infinity");
  }
}

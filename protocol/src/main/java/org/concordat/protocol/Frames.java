package org.concordat.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Length-prefixed protobuf messages over a pipe: four bytes of length, big-endian, then the
 * message.
 */
public final class Frames {
  private Frames() {}

  /** Writes one frame and flushes. */
  public static void write(OutputStream out, MessageLite message) throws IOException {
    byte[] body = message.toByteArray();
    out.write(ByteBuffer.allocate(4).putInt(body.length).array());
    out.write(body);
    out.flush();
  }

  /**
   * Reads one frame.
   *
   * @param maxBytes a longer frame is refused before anything of it is read
   * @return the message, or null where the stream ended between two frames
   * @throws BadFrameException if the length is out of range or the body is no such message
   * @throws EOFException if the stream ends inside a frame
   */
  public static <T> @Nullable T read(InputStream in, Parser<T> parser, int maxBytes)
      throws IOException {
    byte[] prefix = in.readNBytes(4);
    if (prefix.length == 0) {
      return null;
    }
    if (prefix.length < 4) {
      throw new EOFException("the stream ended inside a frame's length");
    }
    int length = ByteBuffer.wrap(prefix).getInt();
    if (length < 0 || length > maxBytes) {
      throw new BadFrameException(
          "a frame of " + (length & 0xFFFFFFFFL) + " bytes, at most " + maxBytes + " are allowed");
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the stream ended after " + body.length + " of " + length + " bytes");
    }
    CodedInputStream coded = CodedInputStream.newInstance(body);
    coded.setSizeLimit(Integer.MAX_VALUE);
    try {
      return parser.parseFrom(coded);
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadFrameException("a frame of " + length + " bytes is not the expected message");
    }
  }

  /** A frame that is too long or not what the protocol says. */
  public static final class BadFrameException extends IOException {
    BadFrameException(String message) {
      super(message);
    }
  }
}

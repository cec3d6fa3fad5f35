package org.concordat.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import java.io.EOFException;
import java.io.FilterOutputStream;
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
  /** As much as a pipe holds on Linux. */
  private static final int PIECE_BYTES = 1 << 16;

  private Frames() {}

  /** Writes one frame and flushes. */
  public static void write(OutputStream out, MessageLite message) throws IOException {
    out.write(ByteBuffer.allocate(4).putInt(message.getSerializedSize()).array());
    CodedOutputStream coded = CodedOutputStream.newInstance(new Pieces(out), PIECE_BYTES);
    message.writeTo(coded);
    coded.flush();
    out.flush();
  }

  /** Hands on what is long in pieces: the JDK copies each write to a pipe as a whole. */
  private static final class Pieces extends FilterOutputStream {
    Pieces(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int at = 0; at < length; at += PIECE_BYTES) {
        out.write(bytes, offset + at, Math.min(PIECE_BYTES, length - at));
      }
    }
  }

  /**
   * Reads one frame.
   *
   * @param maxBytes a longer frame is refused before anything of it is read; as much memory is
   *     taken at once as the frame's length says
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
    byte[] body = new byte[length];
    int taken = fill(in, body);
    if (taken < length) {
      throw new EOFException("the stream ended after " + taken + " of " + length + " bytes");
    }
    // nobody else has the array: the message's bytes need no copy of their own
    CodedInputStream coded = UnsafeByteOperations.unsafeWrap(body).newCodedInput();
    coded.enableAliasing(true);
    coded.setSizeLimit(Integer.MAX_VALUE);
    try {
      return parser.parseFrom(coded);
    } catch (InvalidProtocolBufferException malformed) {
      throw new BadFrameException("a frame of " + length + " bytes is not the expected message");
    }
  }

  private static int fill(InputStream in, byte[] body) throws IOException {
    int taken = 0;
    while (taken < body.length) {
      int read = in.read(body, taken, Math.min(PIECE_BYTES, body.length - taken));
      if (read < 0) {
        return taken;
      }
      taken += read;
    }
    return taken;
  }

  /** A frame that is too long or not what the protocol says. */
  public static final class BadFrameException extends IOException {
    BadFrameException(String message) {
      super(message);
    }
  }
}

package org.concordat.agent.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.concordat.agent.data.DataProblem.Kind;

/** The characters of a file: decoded strictly, without a byte order mark. */
final class Text {
  /** So much is looked at for what a text is. */
  private static final int LOOK_BYTES = 1 << 12;

  private static final int PIECE = 1 << 16;

  private Text() {}

  /**
   * The text's reader. A reader throws {@link java.nio.charset.CharacterCodingException} at what is
   * no such text; {@link #noteBadPlace} tells where that is.
   *
   * @throws UnreadTextException if the first bytes tell that it is written otherwise
   */
  static Reader reader(InputStream in, Charset charset) throws IOException, UnreadTextException {
    BufferedInputStream bytes = new BufferedInputStream(in, PIECE);
    bytes.mark(LOOK_BYTES);
    byte[] begin = bytes.readNBytes(LOOK_BYTES);
    bytes.reset();
    Charset found = charset;
    if (isUtf16(charset)) {
      found = endianness(begin);
    } else if (looksLikeUtf16(begin)) {
      throw new UnreadTextException(
          "this is UTF-16: save as UTF-8, or say 'encoding: utf-16' under 'dialect'");
    }
    bytes.skipNBytes(markBytes(begin, found));
    return new InputStreamReader(bytes, strict(found));
  }

  /** A file whose first bytes tell that it is not written as was said. */
  static final class UnreadTextException extends Exception {
    UnreadTextException(String message) {
      super(message);
    }
  }

  private static CharsetDecoder strict(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private static boolean isUtf16(Charset charset) {
    return charset.equals(StandardCharsets.UTF_16);
  }

  private static boolean begins(byte[] bytes, int... start) {
    for (int i = 0; i < start.length; i++) {
      if (bytes.length <= i || (bytes[i] & 0xff) != start[i]) {
        return false;
      }
    }
    return true;
  }

  /** Text of ASCII's letters has every second byte zero. */
  private static boolean looksLikeUtf16(byte[] begin) {
    return begins(begin, 0xff, 0xfe)
        || begins(begin, 0xfe, 0xff)
        || zeros(begin, 0) + zeros(begin, 1) > begin.length / 4;
  }

  private static int zeros(byte[] bytes, int from) {
    int zeros = 0;
    for (int i = from; i < bytes.length; i += 2) {
      zeros += bytes[i] == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static Charset endianness(byte[] begin) {
    boolean little =
        begins(begin, 0xff, 0xfe)
            || (!begins(begin, 0xfe, 0xff) && zeros(begin, 1) > zeros(begin, 0));
    return little ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
  }

  private static int markBytes(byte[] begin, Charset charset) {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return begins(begin, 0xef, 0xbb, 0xbf) ? 3 : 0;
    }
    return begins(begin, 0xff, 0xfe) || begins(begin, 0xfe, 0xff) ? 2 : 0;
  }

  /** Notes the first byte that is none of this text, with its line and what it may be. */
  static void noteBadPlace(DataFile file, Charset charset, DataProblems problems) {
    long offset = 0;
    int line = 1;
    try (InputStream in = file.text()) {
      CharsetDecoder decoder = strict(charset);
      ByteBuffer bytes = ByteBuffer.allocate(PIECE);
      CharBuffer chars = CharBuffer.allocate(2 * PIECE);
      boolean end = false;
      while (!end) {
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        end = read < 0;
        bytes.limit(bytes.position() + Math.max(0, read)).position(0);
        CoderResult result = decoder.decode(bytes, chars.clear(), end);
        chars.flip();
        line += (int) chars.chars().filter(one -> one == '\n').count();
        offset += bytes.position();
        if (result.isError()) {
          break;
        }
        bytes.compact();
      }
    } catch (IOException unreadable) {
      DataRoot.unreadable(file.name(), unreadable, problems);
      return;
    }
    problems.add(Kind.NOT_UTF8, file.name(), line, null, message(charset, offset));
  }

  private static String message(Charset charset, long offset) {
    String where = "byte " + (offset + 1) + " is no " + charset.name() + " text";
    return charset.equals(StandardCharsets.UTF_8)
        ? where
            + ": it looks like Windows-1252 (ISO 8859-1): convert it to UTF-8, or say"
            + " 'encoding: windows-1252' under 'dialect'"
        : where + ": say under 'dialect' which 'encoding' it has, or convert it to UTF-8";
  }
}

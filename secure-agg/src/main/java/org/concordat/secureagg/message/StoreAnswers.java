package org.concordat.secureagg.message;

import java.util.List;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;

/**
 * What others have answered to a new store's query (coordinator to the member that asked).
 *
 * @param answers sealed {@link StoreAnswer}s, one a member, T or more
 */
public record StoreAnswers(List<Bytes> answers) implements Message {
  public static final String TYPE = "secagg.store-answers.v1";

  public StoreAnswers {
    answers = List.copyOf(answers);
  }

  public static StoreAnswers decode(byte[] payload) {
    return Wire.decode(TYPE, payload, StoreAnswers::read);
  }

  private static StoreAnswers read(ByteReader in) {
    return new StoreAnswers(in.list(Limits.ALLIANCE, r -> Wire.bytes(r, Limits.SEALED_BYTES)));
  }

  @Override
  public byte[] encode() {
    ByteWriter out = Wire.start(TYPE);
    return out.list(answers, (w, answer) -> w.bytes(answer.toArray())).toBytes();
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public long envelopeRound() {
    return 0;
  }

  @Override
  public int envelopeAttempt() {
    return 0;
  }
}

package org.concordat.secureagg.cohorts.message;

import static org.concordat.secureagg.codec.MalformedMessageException.check;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.message.Limits;
import org.concordat.secureagg.message.Wire;

/**
 * The closed list of a number's commitments, as its signers sign it by its digest.
 *
 * @param planDigest the {@link DrawPlan}
 * @param commitments by index into the roster's sorted agents
 */
public record DrawList(Digest planDigest, SortedMap<Integer, Digest> commitments) {
  private static final String LABEL = "secagg.draw-list.v1";

  public DrawList {
    commitments = new TreeMap<>(commitments);
    DrawFields.checkMany(List.copyOf(commitments.keySet()));
  }

  /** A copy. */
  @Override
  public SortedMap<Integer, Digest> commitments() {
    return new TreeMap<>(commitments);
  }

  public Digest digest() {
    return Digest.sha256(encode());
  }

  public byte[] encode() {
    return Wire.start(LABEL)
        .raw(planDigest.bytes())
        .list(List.copyOf(commitments.entrySet()), DrawList::write)
        .toBytes();
  }

  private static void write(ByteWriter out, Map.Entry<Integer, Digest> entry) {
    out.u16(entry.getKey()).raw(entry.getValue().bytes());
  }

  public static DrawList decode(byte[] bytes) {
    return Wire.decode(LABEL, bytes, DrawList::read);
  }

  private static DrawList read(ByteReader in) {
    Digest plan = Wire.digest(in);
    SortedMap<Integer, Digest> commitments = new TreeMap<>();
    in.list(Limits.ALLIANCE, r -> readInto(r, commitments));
    return new DrawList(plan, commitments);
  }

  private static boolean readInto(ByteReader in, SortedMap<Integer, Digest> commitments) {
    int index = in.u16();
    check(
        commitments.isEmpty() || index > commitments.lastKey(),
        "commitments out of order at %d",
        index);
    commitments.put(index, Wire.digest(in));
    return true;
  }
}

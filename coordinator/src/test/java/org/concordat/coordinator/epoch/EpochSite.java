package org.concordat.coordinator.epoch;

import io.grpc.stub.ServerCallStreamObserver;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.BadEnvelopeException;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.codec.ByteReader;
import org.concordat.secureagg.codec.ByteWriter;
import org.concordat.secureagg.member.Action;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.member.Step;
import org.concordat.secureagg.message.Inbox;
import org.concordat.secureagg.message.Message;

/** A real member behind a stream that keeps what it is sent; its disk can be tampered with. */
final class EpochSite extends ServerCallStreamObserver<SessionDown> {
  /** An input. */
  interface Input {
    Step give(Member member) throws Refusal;
  }

  final String name;
  final TreeMap<String, byte[]> disk = new TreeMap<>();
  final Deque<byte[]> inbox = new ArrayDeque<>();
  final List<byte[]> commitments = new ArrayList<>();
  private Member member;

  EpochSite(String name) {
    this.name = name;
    this.member = restored();
    try {
      apply(any -> any.begin(Optional.of(NamedNotary.store(name))));
    } catch (Refusal impossible) {
      throw new AssertionError(impossible);
    }
  }

  byte[] seal(Message message) {
    return Inbox.seal(new NamedNotary(name), message).toArray();
  }

  void restart() {
    member = restored();
  }

  Member member() {
    return member;
  }

  private Member restored() {
    return Member.restore(name, new NamedNotary(name), new SecureRandom(), disk);
  }

  /** Makes the step durable and returns what is to be sent. */
  List<byte[]> apply(Input input) throws Refusal {
    Step step = input.give(member);
    for (Action action : step.actions()) {
      if (action instanceof Action.Persist persist) {
        disk.put(persist.key(), persist.value().toArray());
      } else if (action instanceof Action.Erase erase) {
        disk.remove(erase.key());
      } else if (action instanceof Action.Upload upload) {
        commitments.add(upload.sealedCommitment().toArray());
      }
    }
    return new ArrayList<>(step.sends().stream().map(Bytes::toArray).toList());
  }

  @Override
  public void onNext(SessionDown message) {
    inbox.add(message.getSealed().toByteArray());
  }

  @Override
  public void onError(Throwable failure) {
    throw new AssertionError(failure);
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void onCompleted() {}

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void setMessageCompression(boolean enabled) {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void request(int count) {}

  /** Stands in for signatures with a hash over the sender's name. */
  record NamedNotary(String self) implements Notary {
    /** Of the store that a member of these tests was founded with. */
    static Incarnation store(String name) {
      byte[] hash = Digest.sha256(name.getBytes(StandardCharsets.UTF_8)).bytes();
      return Incarnation.of(Arrays.copyOf(hash, Incarnation.SIZE_BYTES));
    }

    @Override
    public byte[] seal(String type, long round, int attempt, byte[] payload) {
      return seal(type, round, attempt, new Stamp(store(self), 0), payload);
    }

    @Override
    public byte[] seal(String type, long round, int attempt, Stamp stamp, byte[] payload) {
      byte[] body =
          new ByteWriter()
              .text(self)
              .bytes(stamp.incarnation().bytes().toArray())
              .i64(stamp.counter())
              .text(type)
              .i64(round)
              .i32(attempt)
              .bytes(payload)
              .toBytes();
      return new ByteWriter().raw(tag(self, body)).raw(body).toBytes();
    }

    @Override
    public Opened open(byte[] sealed) throws BadEnvelopeException {
      try {
        byte[] body = Arrays.copyOfRange(sealed, Digest.SIZE_BYTES, sealed.length);
        ByteReader in = new ByteReader(body);
        String sender = in.text(128);
        Stamp stamp = new Stamp(Incarnation.of(in.bytes(Incarnation.SIZE_BYTES)), in.i64());
        Opened opened =
            new Opened(sender, in.text(64), in.i64(), in.i32(), stamp, in.bytes(16 << 20));
        in.end();
        if (!Arrays.equals(tag(sender, body), Arrays.copyOf(sealed, Digest.SIZE_BYTES))) {
          throw new BadEnvelopeException("the signature is not that of " + sender);
        }
        return opened;
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException malformed) {
        throw new BadEnvelopeException("no envelope", malformed);
      }
    }

    private static byte[] tag(String sender, byte[] body) {
      byte[] name = sender.getBytes(StandardCharsets.UTF_8);
      return Digest.sha256(new ByteWriter().bytes(name).raw(body).toBytes()).bytes();
    }
  }
}

package org.concordat.coordinator.epoch;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.coordinator.round.HashNotary;
import org.concordat.coordinator.session.FakeStream;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Step;

/** A real member behind a stream that keeps what it is sent; its disk can be tampered with. */
final class EpochSite extends FakeStream {
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
      apply(any -> any.begin(Optional.of(HashNotary.store(name))));
    } catch (Refusal impossible) {
      throw new AssertionError(impossible);
    }
  }

  byte[] seal(Message message) {
    return Inbox.seal(new HashNotary(name), message).toArray();
  }

  void restart() {
    member = restored();
  }

  Member member() {
    return member;
  }

  private Member restored() {
    return Member.restore(name, new HashNotary(name), new SecureRandom(), disk);
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
}

package org.concordat.bench;

import java.lang.management.ManagementFactory;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Digest;
import org.concordat.secureagg.Incarnation;
import org.concordat.secureagg.Notary;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.kernel.MerkleRoot;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.message.Task;
import org.concordat.secureagg.message.UploadCommitment;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Step;

/** A member without a disk: the durable map in memory, its CPU time and bytes counted. */
final class SimMember {
  final String name;
  long cpuNanos;
  long bytesUp;
  long bytesDown;

  private final Notary notary;
  private final SecureRandom random = new SecureRandom();
  private final TreeMap<String, byte[]> disk = new TreeMap<>();
  private Member member;

  /** y of the last {@link #protect}, with its sealed commitment. */
  record Masked(byte[] wire, byte[] sealedCommitment) {
    /** What intake does before it accepts an upload. */
    void requireRoot(Task task, Notary notary) throws Refusal {
      UploadCommitment commitment =
          (UploadCommitment) Inbox.open(notary, sealedCommitment).message();
      Digest root = MerkleRoot.of(wire, task.quantisation().wireBytes());
      if (!root.equals(commitment.root())) {
        throw new IllegalStateException("an upload does not have its root");
      }
    }
  }

  /** An input. */
  @FunctionalInterface
  interface Input {
    Step give(Member member) throws Refusal;
  }

  SimMember(String name) {
    this.name = name;
    this.notary = SimNotary.of(name);
    this.member = Member.restore(name, notary, random, disk);
    try {
      apply(m -> m.begin(Optional.of(Incarnation.draw(random))));
    } catch (Refusal impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** Sealed messages that are now due to the coordinator. */
  List<byte[]> handle(List<byte[]> sealed) throws Refusal {
    long start = cpu();
    List<byte[]> answers = new ArrayList<>();
    for (byte[] message : sealed) {
      bytesDown += message.length;
      answers.addAll(apply(m -> m.handle(message)));
    }
    cpuNanos += cpu() - start;
    answers.forEach(answer -> bytesUp += answer.length);
    return answers;
  }

  List<byte[]> apply(Input input) throws Refusal {
    Step step = input.give(member);
    persist(step);
    return step.sends().stream().map(Bytes::toArray).toList();
  }

  Masked protect(Digest task, double[] update, double weight) throws Refusal {
    Step step = member.protect(task, update, weight);
    persist(step);
    byte[] wire = new byte[0];
    byte[] commitment = new byte[0];
    for (Action action : step.actions()) {
      if (action instanceof Action.PersistBlob blob) {
        wire = blob.content();
      } else if (action instanceof Action.Upload upload) {
        commitment = upload.sealedCommitment().toArray();
      }
    }
    return new Masked(wire, commitment);
  }

  /** A member with the same history, to do one thing again and again from the same state. */
  Member twin() {
    return Member.restore(name, notary, random, disk);
  }

  void resetBytes() {
    bytesUp = 0;
    bytesDown = 0;
  }

  private void persist(Step step) {
    for (Action action : step.actions()) {
      if (action instanceof Action.Persist persist) {
        disk.put(persist.key(), persist.value().toArray());
      } else if (action instanceof Action.Erase erase) {
        disk.remove(erase.key());
      }
    }
  }

  /** Bytes of the durable map. */
  long diskBytes() {
    long bytes = 0;
    for (Map.Entry<String, byte[]> entry : disk.entrySet()) {
      bytes += entry.getKey().length() + entry.getValue().length;
    }
    return bytes;
  }

  private static long cpu() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}

package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Notice;
import org.concordat.secureagg.step.Step;
import org.concordat.testkit.TestRandom;

/** One member with its disk: applies steps as the contract says, and can lose its memory. */
public final class Site {
  public final String name;
  public final TreeMap<String, byte[]> disk = new TreeMap<>();
  public final TreeMap<String, byte[]> blobs = new TreeMap<>();
  public final List<Notice> notices = new ArrayList<>();
  public final List<Action.Upload> uploads = new ArrayList<>();

  /** Restart after every step, from the disk. */
  public boolean restartAlways;

  private final TestRandom random;
  private Member member;

  public Site(String name, long seed) {
    this.name = name;
    this.random = new TestRandom(seed);
    restart();
    try {
      apply(m -> m.begin(Optional.of(TestNotary.store(name))));
    } catch (Refusal impossible) {
      throw new AssertionError(impossible);
    }
  }

  public void restart() {
    member = Member.restore(name, new TestNotary(name), random, disk);
  }

  public Member member() {
    return member;
  }

  /** A copy whose history diverges from here on. */
  public Site fork() {
    Site copy = new Site(name, random.nextLong());
    copy.disk.clear();
    copy.disk.putAll(disk);
    copy.blobs.putAll(blobs);
    copy.restart();
    return copy;
  }

  /** An input. */
  @FunctionalInterface
  public interface Input {
    Step give(Member member) throws Refusal;
  }

  /** Makes the step durable, then returns what is to be sent. */
  public List<byte[]> apply(Input input) throws Refusal {
    Step step = input.give(member);
    write(step);
    notices.addAll(step.notices());
    if (restartAlways) {
      restart();
    }
    for (Action action : step.actions()) {
      if (action instanceof Action.Upload upload) {
        uploads.add(upload);
      }
    }
    return step.sends().stream().map(Bytes::toArray).toList();
  }

  public List<byte[]> handle(byte[] sealed) throws Refusal {
    return apply(m -> m.handle(sealed));
  }

  private void write(Step step) {
    for (Action action : step.actions()) {
      if (action instanceof Action.Persist persist) {
        disk.put(persist.key(), persist.value().toArray());
      } else if (action instanceof Action.PersistBlob blob) {
        blobs.put(blob.key(), blob.content());
      } else if (action instanceof Action.Erase erase) {
        disk.remove(erase.key());
        blobs.remove(erase.key());
      }
    }
  }

  /** Notices of a type, oldest first. */
  public <N extends Notice> List<N> noticed(Class<N> type) {
    return notices.stream().filter(type::isInstance).map(type::cast).toList();
  }

  public Map<String, byte[]> diskCopy() {
    return new TreeMap<>(disk);
  }
}

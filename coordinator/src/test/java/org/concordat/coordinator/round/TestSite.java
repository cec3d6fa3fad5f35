package org.concordat.coordinator.round;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.member.Member;
import org.concordat.secureagg.step.Action;
import org.concordat.secureagg.step.Step;
import org.concordat.testkit.TestRandom;

/** One real member of secure aggregation with its disk in memory. */
public final class TestSite {
  /** An input. */
  public interface Input {
    Step give(Member member) throws Refusal;
  }

  public final String name;
  public final TreeMap<String, byte[]> blobs = new TreeMap<>();
  public final List<Action.Upload> uploads = new ArrayList<>();
  public final Member member;
  private final TreeMap<String, byte[]> disk = new TreeMap<>();

  public TestSite(String name, long seed) {
    this.name = name;
    this.member = Member.restore(name, new HashNotary(name), new TestRandom(seed), disk);
    try {
      apply(any -> any.begin(Optional.of(HashNotary.store(name))));
    } catch (Refusal impossible) {
      throw new AssertionError(impossible);
    }
  }

  /** Does what the step asks for and returns what is to be sent. */
  public List<byte[]> apply(Input input) throws Refusal {
    Step step = input.give(member);
    for (Action action : step.actions()) {
      if (action instanceof Action.Persist persist) {
        disk.put(persist.key(), persist.value().toArray());
      } else if (action instanceof Action.PersistBlob blob) {
        blobs.put(blob.key(), blob.content());
      } else if (action instanceof Action.Erase erase) {
        disk.remove(erase.key());
        blobs.remove(erase.key());
      } else if (action instanceof Action.Upload upload) {
        uploads.add(upload);
      }
    }
    return step.sends().stream().map(Bytes::toArray).toList();
  }
}

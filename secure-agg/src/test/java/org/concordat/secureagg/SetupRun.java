package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.EpochServer.Phase;

/** One way in which an epoch number has gone so far. Forked wherever it can go on differently. */
final class SetupRun {
  final World world;
  final Map<String, Phase> gone;
  final List<EpochDrill.Refused> refused;

  /** Types of what members have sent. */
  final Set<String> sent;

  /** What was lied about; empty before the lie. */
  String lie = "";

  /** The liar says nothing any more: what it said was refused. */
  boolean silent;

  /** Whether only an opening can show the lie. */
  boolean late;

  SetupRun(World world) {
    this.world = world;
    gone = new TreeMap<>();
    refused = new ArrayList<>();
    sent = new TreeSet<>();
    world.epoch = EpochServer.start(world.cohort, 1, world.lastManifest, world.notary);
  }

  private SetupRun(SetupRun other) {
    world = other.world.fork();
    gone = new TreeMap<>(other.gone);
    refused = new ArrayList<>(other.refused);
    sent = new TreeSet<>(other.sent);
    lie = other.lie;
    late = other.late;
    silent = other.silent;
  }

  SetupRun fork() {
    return new SetupRun(this);
  }

  Phase phase() {
    return world.epoch.phase();
  }

  boolean over() {
    return phase() == Phase.CERTIFIED || phase() == Phase.FAILED;
  }

  void drop(Set<String> members) {
    members.forEach(name -> gone.put(name, phase()));
  }

  /** What everyone who is there is sent now. */
  Map<String, List<byte[]>> due() {
    Map<String, List<byte[]>> due = new LinkedHashMap<>();
    for (String name : world.sites.keySet()) {
      if (!gone.containsKey(name)) {
        due.put(name, world.epoch.outgoing(name));
      }
    }
    return due;
  }

  /** The member's answers; a refusal is written down and is no answer. */
  List<byte[]> handle(String member, byte[] message) {
    try {
      return world.sites.get(member).handle(message);
    } catch (Refusal refusal) {
      refused.add(new EpochDrill.Refused(member, refusal));
      return List.of();
    }
  }

  /** To the coordinator; whether it took it. */
  boolean accept(byte[] answer) {
    try {
      sent.add(open(answer).type());
      world.epoch = world.epoch.accept(answer);
      return true;
    } catch (Refusal refusal) {
      refused.add(new EpochDrill.Refused(World.COORDINATOR, refusal));
      return false;
    }
  }

  void answerAll(String member, List<byte[]> messages) {
    for (byte[] message : messages) {
      handle(member, message).forEach(this::accept);
    }
  }

  boolean close() {
    try {
      world.epoch = world.epoch.closeStep();
      return true;
    } catch (Refusal waits) {
      return false;
    }
  }

  Message open(byte[] sealed) {
    try {
      return Inbox.open(world.notary, sealed).message();
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String toString() {
    return "%d members, %s, away %s".formatted(world.cohort.size(), lie, gone);
  }
}

package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.concordat.secureagg.cohorts.Drawn;
import org.concordat.secureagg.cohorts.server.DrawServer;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Message;

/** Sites that pin one roster's agents, and a coordinator that draws their cohorts. */
public final class DrawDrill {
  public final Alliance alliance;
  public final Map<String, Site> sites = new TreeMap<>();
  public final TestNotary notary = new TestNotary(World.COORDINATOR);
  public DrawServer server;

  /** Sees every sealed message, of both sides. */
  public Consumer<byte[]> onSent = message -> {};

  private final Map<DrawServer.Phase, Set<String>> silent = new HashMap<>();

  public DrawDrill(int n, int colluders, int cohortSize) {
    List<String> names = IntStream.range(0, n).mapToObj(i -> "member-%03d".formatted(i)).toList();
    alliance =
        new Alliance("alliance", World.ROSTER, World.POLICY, names, World.COORDINATOR, colluders);
    for (String name : names) {
      sites.put(name, new Site(name, 7000 + names.indexOf(name)));
    }
    server = DrawServer.start(alliance, cohortSize, notary);
    try {
      for (Site site : sites.values()) {
        site.apply(m -> m.pin(alliance));
        site.apply(m -> m.admitJob(terms()));
      }
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  private JobTerms terms() {
    return new JobTerms(
        World.JOB, World.INITIAL, 10_000, alliance.members(), 0, 100, 8, 32, 10, 1, 100);
  }

  public Site site(int index) {
    return sites.get(alliance.members().get(index));
  }

  /** These members do not answer in this phase, whatever the number. */
  public DrawDrill silentIn(DrawServer.Phase phase, int... members) {
    Set<String> names = silent.computeIfAbsent(phase, any -> new HashSet<>());
    for (int member : members) {
      names.add(alliance.members().get(member));
    }
    return this;
  }

  /** Only these do not answer in this phase from now on. */
  public DrawDrill silent(DrawServer.Phase phase, int... members) {
    silent.remove(phase);
    return silentIn(phase, members);
  }

  public byte[] seal(Message message) {
    return Inbox.seal(notary, message).toArray();
  }

  /** One flight to everybody and back, in the phase as it is at the beginning. */
  public void flight() throws Refusal {
    DrawServer.Phase phase = server.phase();
    Map<Site, List<byte[]>> due = new HashMap<>();
    sites.values().forEach(site -> due.put(site, server.outgoing(site.name)));
    for (Site site : sites.values()) {
      if (silent.getOrDefault(phase, Set.of()).contains(site.name)) {
        continue;
      }
      for (byte[] message : due.get(site)) {
        onSent.accept(message);
        for (byte[] answer : site.handle(message)) {
          onSent.accept(answer);
          server = server.accept(answer);
        }
      }
    }
  }

  /** Runs until it is drawn and everybody has the certificate, or has failed. */
  public Drawn draw() throws Refusal {
    while (server.phase() != DrawServer.Phase.DRAWN) {
      DrawServer.Phase before = server.phase();
      int number = server.number();
      flight();
      if (server.phase() == before && server.number() == number) {
        server = server.closeStep();
      }
      if (server.phase() == DrawServer.Phase.FAILED) {
        throw new AssertionError("the draw has failed");
      }
    }
    flight();
    return server.drawn().orElseThrow();
  }

  /** What the members sent and received in a phase is repeated by nobody; see {@link #flight}. */
  public void runTo(DrawServer.Phase phase) throws Refusal {
    while (server.phase() != phase) {
      flight();
    }
  }

  public List<byte[]> outgoing() {
    List<byte[]> all = new ArrayList<>();
    sites.keySet().forEach(name -> all.addAll(server.outgoing(name)));
    return all;
  }
}

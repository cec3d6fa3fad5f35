package org.concordat.secureagg;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.server.EpochServer;
import org.concordat.secureagg.server.EpochServer.Phase;
import org.concordat.secureagg.step.Notice;

/** Runs epoch numbers with somebody lying, and writes down who refused what. */
public final class EpochDrill {
  /** What is done to a message on its way; no bytes: it is lost. */
  public interface Tamper {
    List<byte[]> apply(Site site, byte[] bytes, Message message) throws Refusal;
  }

  public static final Tamper NONE = (site, bytes, message) -> List.of(bytes);

  /** A refusal and who made it. */
  public record Refused(String by, Refusal refusal) {}

  public final World world;
  public final List<Refused> refused = new ArrayList<>();
  public final List<Message> sent = new ArrayList<>();

  /** From which phase on a member is away. */
  public final Map<String, Phase> gone = new TreeMap<>();

  public Tamper ofMembers = NONE;
  public Tamper ofCoordinator = NONE;

  public EpochDrill(World world) {
    this.world = world;
  }

  /** Until the epoch is certified, has failed, or nothing moves any more. */
  public EpochServer run(Cohort cohort, long number) {
    world.epoch = EpochServer.start(cohort, number, world.lastManifest, world.notary);
    Phase last = null;
    for (int flights = 0; flights < 30 && !over(); flights++) {
      Phase before = world.epoch.phase();
      if (before == last && !close()) {
        break;
      }
      last = before;
      flight();
    }
    flight();
    return world.epoch;
  }

  private boolean over() {
    return world.epoch.phase() == Phase.CERTIFIED || world.epoch.phase() == Phase.FAILED;
  }

  private boolean close() {
    try {
      world.epoch = world.epoch.closeStep();
      return true;
    } catch (Refusal waits) {
      return false;
    }
  }

  /** Everything due goes out before any answer is taken, as on a real network. */
  public void flight() {
    Map<Site, List<byte[]>> due = new java.util.LinkedHashMap<>();
    for (Site site : world.sites.values()) {
      Phase away = gone.get(site.name);
      if (away == null || world.epoch.phase().compareTo(away) < 0) {
        due.put(site, world.epoch.outgoing(site.name));
      }
    }
    due.forEach((site, messages) -> messages.forEach(message -> deliver(site, message)));
  }

  private void deliver(Site site, byte[] message) {
    for (byte[] received : tamper(ofCoordinator, site, message)) {
      try {
        for (byte[] answer : site.handle(received)) {
          tamper(ofMembers, site, answer).forEach(bytes -> take(site, bytes));
        }
      } catch (Refusal refusal) {
        refused.add(new Refused(site.name, refusal));
      }
    }
  }

  private List<byte[]> tamper(Tamper how, Site site, byte[] bytes) {
    try {
      Message message = Inbox.open(world.notary, bytes).message();
      sent.add(message);
      return how.apply(site, bytes, message);
    } catch (Refusal e) {
      throw new AssertionError(e);
    }
  }

  private void take(Site site, byte[] bytes) {
    try {
      world.epoch = world.epoch.accept(bytes);
    } catch (Refusal refusal) {
      refused.add(new Refused(World.COORDINATOR, refusal));
    }
  }

  /** What the members found out for themselves. */
  public List<Notice.Judged> judged() {
    return world.sites.values().stream()
        .flatMap(site -> site.noticed(Notice.Judged.class).stream())
        .toList();
  }

  public static Cohort without(Cohort cohort, String member) {
    return new Cohort(
        cohort.alliance(),
        cohort.rosterDigest(),
        cohort.policyDigest(),
        cohort.members().stream().filter(name -> !name.equals(member)).toList(),
        cohort.coordinator(),
        cohort.colluders(),
        cohort.minSurvivors());
  }
}

package org.concordat.coordinator.gateway;

import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What members have sent over their sessions and nothing has handled yet. Whoever is at its limit
 * is not read from, and so TCP holds it back: a member that floods waits behind itself, and each
 * other one waits for at most so much of it. Thread-safe.
 */
public final class Unhandled {
  /** A message counts for at least so much: small ones cost a signature's check each. */
  static final int LEAST_BYTES = 64 << 10;

  private record Load(int sessions, long bytes) {
    private static final Load NONE = new Load(0, 0);
  }

  private final long mostBytes;
  private final long mostSessions;
  private final Map<String, Load> loads = new ConcurrentHashMap<>();

  /**
   * @param mostBytes of a member, over all its sessions
   * @param mostSessions of a member that are open: with an old one, that nobody has noticed yet is
   *     dead, there are two
   */
  public Unhandled(long mostBytes, long mostSessions) {
    this.mostBytes = mostBytes;
    this.mostSessions = mostSessions;
  }

  /**
   * A session is opened; refused where there are too many or too much of others waits, and then
   * nothing has changed.
   */
  Status opens(String member) {
    if (loads.getOrDefault(member, Load.NONE).bytes >= mostBytes) {
      return Status.RESOURCE_EXHAUSTED.withDescription(
          "of '%s' %d bytes wait to be handled: a session is opened after that. Next: try again"
              .formatted(member, mostBytes));
    }
    boolean[] room = new boolean[1];
    loads.compute(
        member,
        (name, before) -> {
          Load load = before == null ? Load.NONE : before;
          room[0] = load.sessions < mostSessions;
          return room[0] ? new Load(load.sessions + 1, load.bytes) : before;
        });
    return room[0]
        ? Status.OK
        : Status.RESOURCE_EXHAUSTED.withDescription(
            "'%s' has %d sessions open: an agent has one. Next: end the others, or raise limits.sessions-per-member at the coordinator"
                .formatted(member, mostSessions));
  }

  void closed(String member) {
    add(member, -1, 0);
  }

  /**
   * A message has come and waits.
   *
   * @return whether there is room for another one before this one is handled
   */
  boolean came(String member, int bytes) {
    return add(member, 0, weight(bytes)).bytes < mostBytes;
  }

  void handled(String member, int bytes) {
    add(member, 0, -weight(bytes));
  }

  private static long weight(int bytes) {
    return Math.max(bytes, LEAST_BYTES);
  }

  private Load add(String member, int sessions, long bytes) {
    Load[] now = new Load[1];
    loads.compute(
        member,
        (name, before) -> {
          Load load = before == null ? Load.NONE : before;
          now[0] = new Load(load.sessions + sessions, load.bytes + bytes);
          return now[0].equals(Load.NONE) ? null : now[0];
        });
    return now[0];
  }
}

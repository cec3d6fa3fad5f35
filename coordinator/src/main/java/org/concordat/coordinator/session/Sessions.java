package org.concordat.coordinator.session;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.concordat.certs.Sha256;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.secureagg.Incarnation;

/** The agents connected now, one session each. Used on the mailbox thread only. */
public final class Sessions {
  private static final int MAX_TOLD_AGAIN = 256;

  /** A new store asks as soon as its session is open. */
  private static final Duration ASKS_WITHIN = Duration.ofSeconds(3);

  /** One agent's stream. */
  public static final class Session {
    private final String member;
    private final ServerCallStreamObserver<SessionDown> stream;
    private final Instant since;
    private final Instant leafEnds;
    private final Optional<Sha256> memberCa;
    private final Set<String> toldAgain = new HashSet<>();
    private long backlogBytes;
    private String state = "connected";
    private String warning = "";
    private Incarnation store = Incarnation.NONE;
    private boolean asking;

    public Session(
        String member,
        ServerCallStreamObserver<SessionDown> stream,
        Instant since,
        Instant leafEnds) {
      this(member, stream, since, leafEnds, Optional.empty());
    }

    /**
     * @param memberCa that the connection presented, where there is one
     */
    public Session(
        String member,
        ServerCallStreamObserver<SessionDown> stream,
        Instant since,
        Instant leafEnds,
        Optional<Sha256> memberCa) {
      this.member = member;
      this.stream = stream;
      this.since = since;
      this.leafEnds = leafEnds;
      this.memberCa = memberCa;
    }

    public Optional<Sha256> memberCa() {
      return memberCa;
    }

    public String member() {
      return member;
    }

    public Instant since() {
      return since;
    }

    public String state() {
      return state;
    }

    /** The store that the member speaks from; none until it has said so. */
    public Incarnation store() {
      return store;
    }

    /** The store that the member speaks from now. */
    public void store(Incarnation speaking) {
      if (!store.equals(speaking)) {
        store = speaking;
        asking = false;
      }
    }

    /** Its store is new and has asked what others know of it; false once they have answered. */
    public void asking(boolean begins) {
      asking = begins;
    }

    /** What an operator should know of this member's machine; empty if nothing. */
    public String warning() {
      return warning;
    }

    public void warning(String what) {
      warning = what;
    }

    /** Whether this is the first time that so named a thing is told again; a few are remembered. */
    public boolean tellAgain(String what) {
      if (toldAgain.size() >= MAX_TOLD_AGAIN) {
        toldAgain.clear();
      }
      return toldAgain.add(what);
    }

    public void state(String reported) {
      state = reported.length() > 100 ? reported.substring(0, 100) : reported;
    }
  }

  private final Map<String, Session> byMember = new TreeMap<>();
  private final Map<String, Instant> awaySince = new TreeMap<>();

  /** The newest store of a member whose query a quorum has answered: no other is waited for. */
  private final Map<String, Incarnation> answered = new TreeMap<>();

  private final long maxBacklogBytes;
  private final Clock clock;
  private final Traffic traffic;

  /**
   * @param maxBacklogBytes an agent that leaves more than this unread is disconnected
   */
  public Sessions(long maxBacklogBytes, Clock clock) {
    this(maxBacklogBytes, clock, Traffic.HONEST);
  }

  /**
   * @param traffic decides what is really sent
   */
  public Sessions(long maxBacklogBytes, Clock clock, Traffic traffic) {
    this.maxBacklogBytes = maxBacklogBytes;
    this.clock = clock;
    this.traffic = traffic;
  }

  /** Takes a new session; an older one of the same member is closed. */
  public void open(Session session) {
    Session before = byMember.put(session.member, session);
    awaySince.remove(session.member);
    if (before != null) {
      close(
          before,
          Status.ABORTED.withDescription("another session of '" + session.member + "' was opened"));
    }
  }

  /** Forgets a session that ended, unless the member has opened another since. */
  public boolean ended(Session session) {
    boolean current = byMember.remove(session.member, session);
    if (current) {
      awaySince.put(session.member, clock.instant());
    }
    return current;
  }

  public Optional<Session> find(String member) {
    return Optional.ofNullable(byMember.get(member));
  }

  /** Whether a member that is here speaks from another store than this one. */
  public boolean speaksFromAnother(String member, Incarnation pinned) {
    Session session = byMember.get(member);
    return session != null && !session.store.isNone() && !session.store.equals(pinned);
  }

  /** The same, where the other store may take part as far as one knows. */
  public boolean isRenewed(String member, Incarnation pinned) {
    Session session = byMember.get(member);
    return session != null
        && speaksFromAnother(member, pinned)
        && session.store.equals(answered.get(member))
        && !session.asking
        && Duration.between(session.since, clock.instant()).compareTo(ASKS_WITHIN) > 0;
  }

  /**
   * A quorum has answered what a member's new store asked: it may take part as far as one knows.
   */
  public void answered(String member, Incarnation store) {
    answered.put(member, store);
  }

  public boolean connected(String member) {
    return byMember.containsKey(member);
  }

  /** Since when a member is away; the given time for one that was never seen by this process. */
  public Instant awaySince(String member, Instant neverSeen) {
    return awaySince.getOrDefault(member, neverSeen);
  }

  /**
   * Sends a sealed envelope if the member is connected; whoever reconnects is told again by the
   * round.
   */
  public void send(String member, byte[] sealed) {
    push(member, SessionDown.newBuilder().setSealed(ByteString.copyFrom(sealed)).build());
  }

  /** Sends any message if the member is connected. */
  public void push(String member, SessionDown message) {
    if (connected(member)) {
      traffic.down(member, message).forEach(sent -> deliver(member, sent));
    }
  }

  /** Sends exactly this message if the member is connected. */
  public void deliver(String member, SessionDown message) {
    Session session = byMember.get(member);
    if (session == null) {
      return;
    }
    session.backlogBytes =
        session.stream.isReady() ? 0 : session.backlogBytes + message.getSerializedSize();
    if (session.backlogBytes > maxBacklogBytes) {
      ended(session);
      close(
          session,
          Status.RESOURCE_EXHAUSTED.withDescription(
              "'"
                  + member
                  + "' left "
                  + session.backlogBytes
                  + " bytes unread, at most "
                  + maxBacklogBytes));
      return;
    }
    try {
      session.stream.onNext(message);
    } catch (RuntimeException alreadyClosed) {
      ended(session);
    }
  }

  /**
   * Closes what must not go on: a leaf that ended, a member that is none any more.
   *
   * @param gone why whose session it is, is no member any more; empty if it is one
   */
  public void closeWhere(Function<Session, Optional<String>> gone) {
    Instant now = clock.instant();
    for (Session session : List.copyOf(byMember.values())) {
      Optional<String> why = gone.apply(session);
      if (why.isPresent()) {
        ended(session);
        close(session, Status.PERMISSION_DENIED.withDescription(why.get()));
      } else if (now.isAfter(session.leafEnds)) {
        ended(session);
        close(
            session,
            Status.UNAUTHENTICATED.withDescription(
                "the certificate of this session ended at %s, the coordinator's clock says %s: reconnect with a new one"
                    .formatted(session.leafEnds, now.truncatedTo(ChronoUnit.SECONDS))));
      }
    }
  }

  private static void close(Session session, Status status) {
    try {
      session.stream.onError(status.asRuntimeException());
    } catch (RuntimeException alreadyClosed) {
      // nothing left to close
    }
  }
}

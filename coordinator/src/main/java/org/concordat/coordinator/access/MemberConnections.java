package org.concordat.coordinator.access;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.concordat.certs.Sha256;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.jspecify.annotations.Nullable;

/**
 * So many connections a member, whoever of it calls. What is more is told so, call by call, and
 * closed a moment later; of those a few at once, the rest closed without a word: until they are,
 * they take places of others. Those that were there first stay. Thread-safe.
 */
public final class MemberConnections extends ServerTransportFilter implements ServerInterceptor {
  /** Time to be told why. */
  public static final Duration FAREWELL = Duration.ofSeconds(2);

  /** So many connections of a member are told at once. */
  static final int FAREWELLS = 4;

  private static final Attributes.Key<Sha256> COUNTED = Attributes.Key.create("counted-for");
  private static final Attributes.Key<Sha256> TOLD = Attributes.Key.create("told-that-it-ends");
  private static final Attributes.Key<String> REFUSED = Attributes.Key.create("one-too-many-of");

  private final long most;
  private final Function<Sha256, String> name;
  private final BiConsumer<String, Limit> refused;
  private final BiConsumer<SocketAddress, Duration> close;
  private final Map<Sha256, Integer> open = new HashMap<>();
  private final Map<Sha256, Integer> farewells = new HashMap<>();

  /**
   * @param name a member's, by the digest of its CA's key
   * @param refused hears of each that is one too many
   * @param close ends the connection from an address, after {@link #FAREWELL} or at once
   */
  public MemberConnections(
      Limits limits,
      Function<Sha256, String> name,
      BiConsumer<String, Limit> refused,
      BiConsumer<SocketAddress, Duration> close) {
    this.most = limits.get(Limit.CONNECTIONS_PER_MEMBER);
    this.name = name;
    this.refused = refused;
    this.close = close;
  }

  @Override
  public Attributes transportReady(Attributes connection) {
    Optional<Sha256> member = Peers.memberCa(Peers.chain(connection));
    if (member.isEmpty()) {
      return connection; // its calls are refused for that
    }
    if (takePlace(open, member.get(), most)) {
      return connection.toBuilder().set(COUNTED, member.get()).build();
    }
    String who = name.apply(member.get());
    refused.accept(who, Limit.CONNECTIONS_PER_MEMBER);
    SocketAddress from = connection.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    boolean told = takePlace(farewells, member.get(), FAREWELLS);
    if (from != null) {
      close.accept(from, told ? FAREWELL : Duration.ZERO);
    }
    Attributes.Builder refusing = connection.toBuilder().set(REFUSED, who);
    return told ? refusing.set(TOLD, member.get()).build() : refusing.build();
  }

  private synchronized boolean takePlace(Map<Sha256, Integer> places, Sha256 member, long there) {
    int now = places.getOrDefault(member, 0);
    if (now >= there) {
      return false;
    }
    places.put(member, now + 1);
    return true;
  }

  @Override
  public synchronized void transportTerminated(Attributes connection) {
    if (connection != null) {
      leavePlace(open, connection.get(COUNTED));
      leavePlace(farewells, connection.get(TOLD));
    }
  }

  private static void leavePlace(Map<Sha256, Integer> places, @Nullable Sha256 member) {
    if (member != null) {
      places.computeIfPresent(member, (same, now) -> now > 1 ? now - 1 : null);
    }
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    String who = call.getAttributes().get(REFUSED);
    if (who == null) {
      return next.startCall(call, headers);
    }
    call.close(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "'%s' has %d connections open, and may have no more (limits.%s). Next: close some, or raise it in the coordinator's file"
                .formatted(who, most, Limit.CONNECTIONS_PER_MEMBER.key())),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }
}

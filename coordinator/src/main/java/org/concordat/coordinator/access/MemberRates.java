package org.concordat.coordinator.access;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.concordat.certs.Sha256;
import org.concordat.protocol.Limit;
import org.concordat.protocol.Limits;
import org.concordat.protocol.TokenBucket;

/**
 * So many calls a second and a member, over all its connections. Before anything is looked up,
 * decided or logged: each decision is an entry of the audit log. Thread-safe.
 */
public final class MemberRates implements ServerInterceptor {
  private final Limits limits;
  private final LongSupplier nanos;
  private final Function<Sha256, String> name;
  private final BiConsumer<String, Limit> refused;

  /** Of members that are or were in the roster: a connection of nobody else comes about. */
  private final Map<Sha256, TokenBucket> rates = new HashMap<>();

  /**
   * @param nanos a clock that only goes forward
   * @param name a member's, by the digest of its CA's key
   * @param refused hears of each call that is one too many
   */
  public MemberRates(
      Limits limits,
      LongSupplier nanos,
      Function<Sha256, String> name,
      BiConsumer<String, Limit> refused) {
    this.limits = limits;
    this.nanos = nanos;
    this.name = name;
    this.refused = refused;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    Optional<Sha256> member = Peers.memberCa(Peers.chain(call));
    if (member.isEmpty() || take(member.get())) {
      return next.startCall(call, headers);
    }
    String who = name.apply(member.get());
    refused.accept(who, Limit.CALL_RATE_PER_MEMBER);
    call.close(
        Status.RESOURCE_EXHAUSTED.withDescription(
            "'%s' makes more than %d calls a second (limits.%s). Next: call less often, or raise it in the coordinator's file"
                .formatted(
                    who, limits.get(Limit.CALL_RATE_PER_MEMBER), Limit.CALL_RATE_PER_MEMBER.key())),
        new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private synchronized boolean take(Sha256 member) {
    long now = nanos.getAsLong();
    return rates
        .computeIfAbsent(member, first -> limits.bucket(Limit.CALL_RATE_PER_MEMBER, now))
        .take(now);
  }
}

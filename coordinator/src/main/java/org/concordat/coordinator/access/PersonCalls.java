package org.concordat.coordinator.access;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.concordat.iam.People;
import org.concordat.iam.People.SignedIn;
import org.concordat.iam.token.TokenRefusedException;

/**
 * The calls of people that are under way. Those whose token has ended or was denied are closed when
 * somebody looks ({@link #look}).
 */
final class PersonCalls {
  private final People people;
  private final Set<Watched<?, ?>> underWay = ConcurrentHashMap.newKeySet();

  PersonCalls(People people) {
    this.people = people;
  }

  /** Closes what may not go on. */
  void look() {
    for (Watched<?, ?> call : underWay) {
      try {
        people.requireLive(call.person);
      } catch (TokenRefusedException ended) {
        underWay.remove(call);
        call.end(Status.UNAUTHENTICATED.withDescription(ended.getMessage()));
      }
    }
  }

  int size() {
    return underWay.size();
  }

  <Q, A> Watched<Q, A> watch(ServerCall<Q, A> call, SignedIn person) {
    Watched<Q, A> watched = new Watched<>(call, person);
    underWay.add(watched);
    return watched;
  }

  /** Told when the call is over, however it ends. */
  <Q> ServerCall.Listener<Q> listener(Watched<Q, ?> call, ServerCall.Listener<Q> listener) {
    return new SimpleForwardingServerCallListener<>(listener) {
      @Override
      public void onComplete() {
        underWay.remove(call);
        super.onComplete();
      }

      @Override
      public void onCancel() {
        underWay.remove(call);
        super.onCancel();
      }
    };
  }

  /** Can be ended by another thread than the one that answers. */
  static final class Watched<Q, A> extends SimpleForwardingServerCall<Q, A> {
    private final SignedIn person;
    private boolean closed;

    private Watched(ServerCall<Q, A> call, SignedIn person) {
      super(call);
      this.person = person;
    }

    synchronized void end(Status status) {
      close(status, new Metadata());
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!closed) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(A message) {
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }
}

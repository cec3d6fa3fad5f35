package org.concordat.coordinator.access;

import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
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
        call.endBeside(Status.UNAUTHENTICATED.withDescription(ended.getMessage()));
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

  /** A person's call. */
  static final class Watched<Q, A> extends EndableCall<Q, A> {
    private final SignedIn person;

    private Watched(ServerCall<Q, A> call, SignedIn person) {
      super(call);
      this.person = person;
    }
  }
}

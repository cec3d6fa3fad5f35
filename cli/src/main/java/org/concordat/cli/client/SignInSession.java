package org.concordat.cli.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ForwardingClientCall.SimpleForwardingClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.concordat.cli.text.ExitCode;
import org.concordat.cli.text.Failure;
import org.concordat.iam.token.Proofs;

/** The sign-in in a home, kept fresh, and presented with every call. */
public final class SignInSession implements ClientInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private static final Metadata.Key<String> PROOF =
      Metadata.Key.of("dpop", Metadata.ASCII_STRING_MARSHALLER);

  /** A token that ends sooner is renewed before a call. */
  private static final Duration SPARE = Duration.ofSeconds(15);

  private final Path home;
  private final String coordinator;
  private final Clock clock;
  private StoredSignIn now;

  private SignInSession(Path home, String coordinator, Clock clock, StoredSignIn now) {
    this.home = home;
    this.coordinator = coordinator;
    this.clock = clock;
    this.now = now;
  }

  /**
   * The session of a home; empty if nobody has signed in there.
   *
   * @param coordinator the name in its certificate: proofs are for it alone
   */
  public static Optional<SignInSession> of(Path home, String coordinator, Clock clock)
      throws IOException {
    return StoredSignIn.find(home)
        .map(stored -> new SignInSession(home, coordinator, clock, stored));
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    StoredSignIn signIn = fresh();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        present(signIn, method.getFullMethodName(), headers);
        super.start(listener, headers);
      }
    };
  }

  private void present(StoredSignIn signIn, String call, Metadata headers) {
    String token = signIn.accessToken();
    if (signIn.proofKey().isEmpty()) {
      headers.put(AUTHORIZATION, "Bearer " + token);
      return;
    }
    headers.put(AUTHORIZATION, "DPoP " + token);
    headers.put(
        PROOF,
        signIn
            .proofKey()
            .get()
            .proof(
                "POST",
                Proofs.address(coordinator, call),
                Optional.of(token),
                Optional.empty(),
                clock));
  }

  /**
   * A sign-in whose access token is good for a while.
   *
   * @throws Failure if the session is over, or the provider cannot be reached
   */
  synchronized StoredSignIn fresh() {
    if (ending(now)) {
      try {
        now = StoredSignIn.alone(home, this::renewed);
      } catch (RuntimeException failure) {
        throw failure;
      } catch (Exception failure) {
        throw new Failure(
            ExitCode.CONFIGURATION,
            "the sign-in in " + home + " cannot be renewed: " + failure.getMessage(),
            "check the folder's permissions and free space",
            failure);
      }
    }
    return now;
  }

  private StoredSignIn renewed() throws IOException {
    StoredSignIn stored = StoredSignIn.find(home).orElseThrow(SignInSession::over);
    if (!ending(stored)) {
      return stored; // another command was first
    }
    if (!stored.renewable()) {
      throw over();
    }
    StoredSignIn renewed = LoginServer.at(stored.provider(), clock).renew(stored);
    renewed.write(home);
    return renewed;
  }

  private boolean ending(StoredSignIn signIn) {
    return !clock.instant().plus(SPARE).isBefore(signIn.accessEnds());
  }

  private static Failure over() {
    return new Failure(ExitCode.DENIED, "the sign-in has ended", "run 'concordat login' again");
  }
}

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

/** The sign-in in a home, kept fresh, and presented with every call. */
public final class SignInSession implements ClientInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** A token that ends sooner is renewed before a call. */
  private static final Duration SPARE = Duration.ofSeconds(15);

  private final Path home;
  private final Clock clock;
  private StoredSignIn now;

  private SignInSession(Path home, Clock clock, StoredSignIn now) {
    this.home = home;
    this.clock = clock;
    this.now = now;
  }

  /** The session of a home; empty if nobody has signed in there. */
  public static Optional<SignInSession> of(Path home, Clock clock) throws IOException {
    return StoredSignIn.find(home).map(stored -> new SignInSession(home, clock, stored));
  }

  @Override
  public <Q, A> ClientCall<Q, A> interceptCall(
      MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
    String token = fresh();
    return new SimpleForwardingClientCall<>(next.newCall(method, options)) {
      @Override
      public void start(Listener<A> listener, Metadata headers) {
        headers.put(AUTHORIZATION, "Bearer " + token);
        super.start(listener, headers);
      }
    };
  }

  /**
   * An access token that is good for a while.
   *
   * @throws Failure if the session is over, or the provider cannot be reached
   */
  synchronized String fresh() {
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
    return now.accessToken();
  }

  private StoredSignIn renewed() throws IOException {
    StoredSignIn stored = StoredSignIn.find(home).orElseThrow(SignInSession::over);
    if (!ending(stored)) {
      return stored; // another command was first
    }
    if (stored.refreshToken().isEmpty()) {
      throw over();
    }
    StoredSignIn renewed = LoginServer.at(stored.provider(), clock).refresh(stored);
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

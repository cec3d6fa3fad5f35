package org.concordat.coordinator.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailureInterceptorTest {
  private final List<Status> closed = new ArrayList<>();

  private final ServerCall<String, String> call =
      new ServerCall<>() {
        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(String message) {}

        @Override
        public void close(Status status, Metadata trailers) {
          closed.add(status);
        }

        @Override
        public boolean isCancelled() {
          return false;
        }

        @Override
        public MethodDescriptor<String, String> getMethodDescriptor() {
          throw new AssertionError("nobody asks");
        }
      };

  private static UncheckedIOException noDescriptors() {
    return new UncheckedIOException(new IOException("/x: Too many open files"));
  }

  @Test
  void whatAHandlerThrowsNamesItsCauseInsteadOfUnknown() {
    new FailureInterceptor()
        .interceptCall(
            call,
            new Metadata(),
            (any, headers) -> {
              throw noDescriptors();
            });
    assertThat(closed).singleElement().satisfies(FailureInterceptorTest::namesTheLimit);
  }

  @Test
  void soDoesWhatAListenerThrowsOnce() {
    ServerCall.Listener<String> listener =
        new FailureInterceptor()
            .interceptCall(
                call,
                new Metadata(),
                (any, headers) ->
                    new ServerCall.Listener<>() {
                      @Override
                      public void onMessage(String message) {
                        throw noDescriptors();
                      }

                      @Override
                      public void onHalfClose() {
                        throw new IllegalStateException("later");
                      }
                    });
    listener.onMessage("any");
    listener.onHalfClose();
    assertThat(closed).singleElement().satisfies(FailureInterceptorTest::namesTheLimit);
  }

  private static void namesTheLimit(Status status) {
    assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(status.getDescription()).contains("Too many open files").contains("ulimit -n");
  }
}

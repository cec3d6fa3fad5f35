package org.concordat.coordinator.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class MailboxTest {
  private final Mailbox mailbox = new Mailbox(2);

  @AfterEach
  void close() {
    mailbox.close();
  }

  @Test
  void messagesRunInTheOrderTheyCameOnOneThread() throws Exception {
    List<Integer> seen = new ArrayList<>();
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 1000; i++) {
      int number = i;
      mailbox.post(
          () -> {
            seen.add(number);
            threads.add(Thread.currentThread());
          });
    }
    assertThat(mailbox.ask(() -> List.copyOf(seen)).get())
        .isEqualTo(IntStream.range(0, 1000).boxed().toList());
    assertThat(threads).hasSize(1);
  }

  @Test
  void aFailingMessageDoesNotStopTheNext() throws Exception {
    mailbox.post(
        () -> {
          throw new IllegalStateException("expected by the test");
        });
    assertThat(mailbox.ask(() -> "next").get()).isEqualTo("next");
  }

  @Test
  void askPassesFailuresToWhoeverAsked() throws Exception {
    assertThatThrownBy(
            () ->
                mailbox
                    .ask(
                        () -> {
                          throw new IOException("disk");
                        })
                    .get())
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessage("disk");
    assertThat(mailbox.ask(() -> 1).get()).isEqualTo(1);
  }

  @Test
  void workRunsBesideTheMailbox() throws Exception {
    CountDownLatch worked = new CountDownLatch(1);
    boolean done =
        mailbox
            .ask(
                () -> {
                  mailbox.work(worked::countDown);
                  return worked.await(10, TimeUnit.SECONDS);
                })
            .get();
    assertThat(done).isTrue();
  }

  @Test
  void aFailingComputationDoesNotTakeItsWorkerAway() throws Exception {
    CountDownLatch worked = new CountDownLatch(1);
    for (int i = 0; i < 8; i++) {
      mailbox.work(
          () -> {
            throw new IllegalStateException("expected by the test");
          });
    }
    mailbox.work(worked::countDown);
    assertThat(worked.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aRepeatedMessageGoesOnAfterAFailure() throws Exception {
    CountDownLatch twice = new CountDownLatch(3);
    mailbox.every(
        Duration.ofMillis(1),
        () -> {
          twice.countDown();
          throw new IllegalStateException("expected by the test");
        });
    assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void afterTheEndMessagesAreDroppedAndQuestionsFail() {
    mailbox.close();
    mailbox.post(
        () -> {
          throw new AssertionError("must not run");
        });
    mailbox.work(
        () -> {
          throw new AssertionError("must not run");
        });
    assertThat(mailbox.ask(() -> 1))
        .isCompletedExceptionally()
        .failsWithin(Duration.ofSeconds(1))
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("stopping");
  }

  @Test
  void anErrorEndsNeitherWhatIsRepeatedNorWhoAsked() throws Exception {
    try (Mailbox mailbox = new Mailbox(1)) {
      java.util.concurrent.CountDownLatch three = new java.util.concurrent.CountDownLatch(3);
      mailbox.every(
          java.time.Duration.ofMillis(5),
          () -> {
            three.countDown();
            throw new AssertionError("an error, not an exception");
          });
      assertThat(three.await(10, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      java.util.concurrent.CompletableFuture<Object> answer =
          mailbox.ask(
              () -> {
                throw new StackOverflowError("deep");
              });
      org.assertj.core.api.Assertions.assertThatThrownBy(
              () -> answer.get(10, java.util.concurrent.TimeUnit.SECONDS))
          .hasCauseInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void closingFinishesTheMessageInHandAndAnswersThoseWhoWait() throws Exception {
    Mailbox mailbox = new Mailbox(1);
    java.util.concurrent.CountDownLatch begun = new java.util.concurrent.CountDownLatch(1);
    java.util.concurrent.atomic.AtomicBoolean finished =
        new java.util.concurrent.atomic.AtomicBoolean();
    mailbox.post(
        () -> {
          begun.countDown();
          try {
            Thread.sleep(200);
            finished.set(true);
          } catch (InterruptedException cutOff) {
            Thread.currentThread().interrupt();
          }
        });
    begun.await();
    java.util.concurrent.CompletableFuture<String> waiting = mailbox.ask(() -> "too late");
    mailbox.close();
    assertThat(finished).isTrue();
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> waiting.get(1, java.util.concurrent.TimeUnit.SECONDS))
        .hasMessageContaining("stopping");
  }
}

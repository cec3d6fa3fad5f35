package org.concordat.simulation;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import org.concordat.agent.session.Link;
import org.concordat.protocol.v1.SessionDown;
import org.concordat.protocol.v1.SessionUp;
import org.jspecify.annotations.Nullable;

/** An agent's session over the virtual network: in order while it lasts, lost with it. */
final class VirtualLink implements Link {
  private static final long FIRST_PAUSE = 100;
  private static final long LONGEST_PAUSE = 5000;

  private final String member;
  private final VirtualTime time;
  private final Life life;
  private final Network network;
  private final Watch watch;
  private final Liar liar;
  private @Nullable Listener listener;
  private @Nullable Connection current;
  private long pause = FIRST_PAUSE;
  private boolean held;
  private boolean closed;

  VirtualLink(String member, VirtualTime time, Life life, Network network, Watch watch, Liar liar) {
    this.member = member;
    this.time = time;
    this.life = life;
    this.network = network;
    this.watch = watch;
    this.liar = liar;
  }

  @Override
  public void start(Listener to) {
    listener = to;
    time.after(network.latency(), life, this::open);
  }

  private void open() {
    Listener to = listener;
    if (closed || held || current != null || to == null) {
      return;
    }
    if (!network.reaches(member)) {
      later("the coordinator cannot be reached");
      return;
    }
    Connection connection = new Connection(to);
    current = connection;
    network.opened(connection);
    connection.begin();
    connection.up(SessionUp.newBuilder().setHello(to.hello()).build());
  }

  private void later(String why) {
    current = null;
    time.after(pause, life, this::open);
    pause = Math.min(LONGEST_PAUSE, pause * 2);
    Listener to = listener;
    if (to != null) {
      to.disconnected(why);
    }
  }

  @Override
  public void restart() {
    end("the session is opened anew");
    time.after(1, life, this::open);
  }

  @Override
  public void hold() {
    held = true;
    end("this site pauses");
  }

  @Override
  public void resume() {
    held = false;
    pause = FIRST_PAUSE;
    time.after(1, life, this::open);
  }

  private void end(String why) {
    Connection open = current;
    current = null;
    pause = FIRST_PAUSE;
    if (open != null) {
      open.hangUp();
    }
    Listener to = listener;
    if (to != null) {
      to.disconnected(why);
    }
  }

  @Override
  public void send(byte[] sealed) {
    watch.up(member, sealed);
    network.signatures().made(member, sealed);
    for (byte[] really : liar.says(sealed)) {
      push(SessionUp.newBuilder().setSealed(ByteString.copyFrom(really)).build());
    }
  }

  @Override
  public void push(SessionUp message) {
    life.require(); // a dead process sends nothing
    Connection open = current;
    if (open != null) {
      open.up(message);
    }
  }

  @Override
  public void close() {
    closed = true;
    Connection open = current;
    current = null;
    if (open != null) {
      open.hangUp();
    }
  }

  /** One session. */
  final class Connection {
    private final Listener to;
    private final Life server = network.coordinator().life();
    private @Nullable StreamObserver<SessionUp> service;

    /** Nothing more is sent. */
    private boolean broken;

    /** What is on its way does not arrive. */
    private boolean lost;

    private long upFree;
    private long downFree;

    Connection(Listener to) {
      this.to = to;
    }

    String member() {
      return member;
    }

    void begin() {
      upFree = time.now() + network.latency();
      time.after(
          upFree - time.now(),
          server,
          () ->
              network.as(
                  member, () -> service = network.coordinator().gateway().session(new Down())));
    }

    void up(SessionUp message) {
      if (!broken) {
        upFree = Math.max(upFree, time.now() + network.latency());
        deliverUp(message, upFree);
        if (message.hasSealed() && network.repeats()) {
          deliverUp(message, upFree + network.latency() * 10);
        }
      }
    }

    private void deliverUp(SessionUp message, long at) {
      time.after(
          at - time.now(),
          server,
          () -> {
            StreamObserver<SessionUp> open = service;
            if (open != null && !lost) {
              network.as(member, () -> open.onNext(message));
            }
          });
    }

    /**
     * The line breaks, or the other end is dead: both sides notice, if they live.
     *
     * @param arrives whether what is on its way still does
     */
    void cut(String why, boolean arrives) {
      if (broken) {
        return;
      }
      hangUp(arrives);
      time.after(
          Math.max(downFree - time.now(), 0) + network.latency(),
          life,
          () -> {
            if (current == this) {
              later(why);
            }
          });
    }

    /** This side ends it. */
    void hangUp() {
      hangUp(false);
    }

    private void hangUp(boolean arrives) {
      if (broken) {
        return;
      }
      broken = true;
      lost = !arrives;
      network.closed(this);
      time.after(
          Math.max(upFree - time.now(), 0) + network.latency(),
          server,
          () -> {
            StreamObserver<SessionUp> open = service;
            if (open != null) {
              network.as(member, () -> open.onError(Status.CANCELLED.asRuntimeException()));
            }
          });
    }

    /** What the coordinator sends. */
    private final class Down extends ServerCallStreamObserver<SessionDown> {
      private Runnable closed = () -> {};

      @Override
      public void onNext(SessionDown message) {
        server.require();
        watch.down(member, message);
        if (message.hasSealed()) {
          network.signatures().made(Founded.COORDINATOR, message.getSealed().toByteArray());
        }
        if (broken) {
          return;
        }
        downFree = Math.max(downFree, time.now() + network.latency());
        deliver(message, downFree);
        if (message.hasSealed() && network.repeats()) {
          deliver(message, downFree + network.latency() * 10);
        }
      }

      private void deliver(SessionDown message, long at) {
        time.after(
            at - time.now(),
            life,
            () -> {
              if (lost || current != Connection.this) {
                return;
              }
              if (message.hasWelcome()) {
                pause = FIRST_PAUSE;
                to.connected(message.getWelcome());
              } else {
                to.received(message);
              }
            });
      }

      @Override
      public void onError(Throwable failure) {
        closed.run();
        if (!broken) {
          broken = true;
          network.closed(Connection.this);
          time.after(
              Math.max(downFree - time.now(), 0) + network.latency(),
              life,
              () -> {
                if (current == Connection.this) {
                  later(String.valueOf(failure.getMessage()));
                }
              });
        }
      }

      @Override
      public void onCompleted() {
        onError(Status.UNAVAILABLE.withDescription("ended").asRuntimeException());
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public boolean isCancelled() {
        return broken;
      }

      @Override
      public void setOnCancelHandler(Runnable handler) {
        // the service is told by onError
      }

      @Override
      public void setOnCloseHandler(Runnable handler) {
        closed = handler;
      }

      @Override
      public void disableAutoRequest() {
        // no flow to control
      }

      @Override
      public void setOnReadyHandler(Runnable handler) {
        // always ready
      }

      @Override
      public void setCompression(String compression) {
        // none
      }

      @Override
      public void setMessageCompression(boolean enabled) {
        // none
      }

      @Override
      public void disableAutoInboundFlowControl() {
        // no flow to control
      }

      @Override
      public void request(int count) {
        // no flow to control
      }
    }
  }
}

package org.concordat.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.store.Entries;
import org.concordat.store.EventStore;
import org.concordat.store.Outbox;
import org.concordat.store.StoreException;

/**
 * A store in memory that outlives the process; it can be full, a process can end at a write, and
 * for the test of the tester it can be one that says that it has written what it has not.
 */
final class MemoryDisk {
  private record Content(
      Map<String, NavigableMap<String, byte[]>> records,
      Map<String, List<EventStore.StoredEvent>> streams,
      NavigableMap<Long, Outbox.Entry> pending,
      long lastId) {}

  private final Map<String, NavigableMap<String, byte[]>> records = new TreeMap<>();
  private final Map<String, List<EventStore.StoredEvent>> streams = new TreeMap<>();
  private final NavigableMap<Long, Outbox.Entry> pending = new TreeMap<>();
  private long lastId;
  private final Deque<Content> before = new ArrayDeque<>();
  private boolean full;
  private int unsynced;

  /** Whether writes fail. */
  void full(boolean now) {
    full = now;
  }

  /** How many writes there have been is counted by the life, here they are done. */
  private void write(Life life, Runnable change) {
    life.require();
    if (full) {
      throw new StoreException("the virtual disk is full");
    }
    if (unsynced > 0) {
      before.addLast(content());
      if (before.size() > unsynced) {
        before.removeFirst();
      }
    }
    life.write(change);
  }

  private Content content() {
    Map<String, NavigableMap<String, byte[]>> kinds = new TreeMap<>();
    records.forEach((kind, ids) -> kinds.put(kind, new TreeMap<>(ids)));
    Map<String, List<EventStore.StoredEvent>> events = new TreeMap<>();
    streams.forEach((stream, all) -> events.put(stream, new ArrayList<>(all)));
    return new Content(kinds, events, new TreeMap<>(pending), lastId);
  }

  /** From now on, so many of the last writes are not really done. */
  void lies(int writes) {
    unsynced = writes;
  }

  /** Whether what it says is written is written. */
  boolean keepsItsWord() {
    return unsynced == 0;
  }

  /** The process has died: what was not really written is gone. */
  void died() {
    if (!before.isEmpty()) {
      Content oldest = before.getFirst();
      before.clear();
      clear();
      records.putAll(oldest.records());
      streams.putAll(oldest.streams());
      pending.putAll(oldest.pending());
      lastId = oldest.lastId();
    }
  }

  Entries entries(Life life) {
    return new Entries() {
      @Override
      public void apply(List<? extends Change> changes) {
        if (!changes.isEmpty()) {
          write(life, () -> changes.forEach(MemoryDisk.this::change));
        }
      }

      @Override
      public boolean putIfAbsent(String kind, String id, byte[] body) {
        boolean absent = get(kind, id).isEmpty();
        if (absent) {
          put(kind, id, body);
        }
        return absent;
      }

      @Override
      public Optional<byte[]> get(String kind, String id) {
        return Optional.ofNullable(of(kind).get(id)).map(byte[]::clone);
      }

      @Override
      public List<String> ids(String kind) {
        return List.copyOf(of(kind).keySet());
      }

      @Override
      public Map<String, byte[]> all(String kind) {
        return new TreeMap<>(of(kind));
      }
    };
  }

  private NavigableMap<String, byte[]> of(String kind) {
    return records.computeIfAbsent(kind, any -> new TreeMap<>());
  }

  private void change(Entries.Change change) {
    if (change instanceof Entries.Put put) {
      of(put.kind()).put(put.id(), put.body().clone());
    } else if (change instanceof Entries.PutSecret put) {
      of(put.kind()).put(put.id(), put.body().clone());
    } else if (change instanceof Entries.Delete delete) {
      of(delete.kind()).remove(delete.id());
    }
  }

  EventStore events(Life life) {
    return new EventStore() {
      @Override
      public void append(
          String stream,
          long expectedVersion,
          List<StoredEvent> events,
          List<Effect> effects,
          long atMillis,
          List<Long> done) {
        write(
            life,
            () -> {
              List<StoredEvent> all = streams.computeIfAbsent(stream, any -> new ArrayList<>());
              if (all.size() != expectedVersion) {
                throw new StoreException.Conflict(stream, expectedVersion, all.size());
              }
              all.addAll(events);
              for (Effect effect : effects) {
                long id = ++lastId;
                pending.put(
                    id,
                    new Outbox.Entry(id, stream, effect.kind(), effect.target(), effect.body()));
              }
              done.forEach(pending::remove);
            });
      }

      @Override
      public List<StoredEvent> read(String stream) {
        return List.copyOf(streams.getOrDefault(stream, List.of()));
      }

      @Override
      public boolean exists(String stream) {
        return !read(stream).isEmpty();
      }

      @Override
      public List<String> streams() {
        return streams.entrySet().stream()
            .filter(stream -> !stream.getValue().isEmpty())
            .map(Map.Entry::getKey)
            .toList();
      }

      @Override
      public void forget(List<String> gone) {
        write(
            life,
            () ->
                gone.stream()
                    .filter(
                        stream ->
                            pending.values().stream()
                                .noneMatch(entry -> entry.stream().equals(stream)))
                    .forEach(streams::remove));
      }
    };
  }

  Outbox outbox(Life life) {
    return new Outbox() {
      @Override
      public List<Entry> pending(int limit) {
        return pending.values().stream().limit(limit).toList();
      }

      @Override
      public void done(List<Long> ids) {
        write(life, () -> ids.forEach(pending::remove));
      }
    };
  }

  /** What an emptied disk has: nothing. */
  void clear() {
    records.clear();
    streams.clear();
    pending.clear();
  }
}

package org.concordat.secureagg.step;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.concordat.secureagg.Bytes;
import org.concordat.secureagg.Refusal;
import org.concordat.secureagg.Stamp;
import org.concordat.secureagg.envelope.Inbox;
import org.concordat.secureagg.message.Message;
import org.concordat.secureagg.message.StoreQuery;

/**
 * The changes of one step over the durable map: reads see them, the map does not until {@link
 * #commit}. A handler that throws leaves no trace.
 */
public final class Transaction {
  private final NavigableMap<String, byte[]> durable;
  private final Map<String, Optional<byte[]>> changes = new LinkedHashMap<>();
  private final List<Action> blobs = new ArrayList<>();
  private final List<Action> sends = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();

  public Transaction(NavigableMap<String, byte[]> durable) {
    this.durable = durable;
  }

  /** Not to be changed by the caller. */
  public Optional<byte[]> get(String key) {
    Optional<byte[]> changed = changes.get(key);
    return changed != null ? changed : Optional.ofNullable(durable.get(key));
  }

  /**
   * @throws IllegalStateException if the key is missing: the durable map was damaged from outside
   */
  public byte[] need(String key) {
    return get(key)
        .orElseThrow(
            () ->
                new IllegalStateException("The member's durable state has lost \"" + key + "\"."));
  }

  public Bytes needBytes(String key) {
    return Bytes.of(need(key));
  }

  public boolean has(String key) {
    return get(key).isPresent();
  }

  /** Keys with this prefix, sorted. */
  public List<String> keys(String prefix) {
    TreeMap<String, Boolean> keys = new TreeMap<>();
    durable
        .subMap(prefix, prefix + Character.MAX_VALUE)
        .keySet()
        .forEach(key -> keys.put(key, true));
    changes.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            keys.put(key, value.isPresent());
          }
        });
    return keys.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
  }

  public void put(String key, byte[] value) {
    changes.put(key, Optional.of(value.clone()));
  }

  public void put(String key, Bytes value) {
    changes.put(key, Optional.of(value.toArray()));
  }

  public void mark(String key) {
    put(key, new byte[] {1});
  }

  public void putBlob(String key, byte[] content) {
    blobs.add(new Action.PersistBlob(key, content));
  }

  public void erase(String key) {
    if (has(key)) {
      changes.put(key, Optional.empty());
    }
  }

  public void eraseAll(String prefix) {
    keys(prefix).forEach(this::erase);
  }

  /** Erases a blob, which the map does not know. */
  public void eraseBlob(String key) {
    blobs.add(new Action.Erase(key));
  }

  public void send(Bytes sealed) {
    sends.add(new Action.Send(sealed));
  }

  /** Signs a statement of this store; one that is new signs nothing. */
  public Bytes seal(Participant me, Message message) throws Refusal {
    Store.requireConfirmed(me, this);
    return stamped(me, message);
  }

  private Bytes stamped(Participant me, Message message) {
    Stamp stamp = Store.next(this);
    Bytes sealed = Inbox.seal(me.notary(), stamp, message);
    Store.said(this, stamp, sealed);
    return sealed;
  }

  /** Seals, stores the sealed bytes for repeating, and sends them. */
  public void sendOnce(Participant me, String key, Message message) throws Refusal {
    Bytes sealed = seal(me, message);
    put(key, sealed);
    send(sealed);
  }

  /** Seals and sends what needs no repeating. */
  public void sendOnly(Participant me, Message message) throws Refusal {
    send(seal(me, message));
  }

  /** The one thing that a new store says. */
  public void sendUnconfirmed(Participant me, StoreQuery query) {
    send(stamped(me, query));
  }

  /** Sends what {@link #sendOnce} stored. */
  public void sendAgain(String key) {
    send(needBytes(key));
  }

  public void upload(Action.Upload upload) {
    sends.add(upload);
  }

  public void notice(Notice notice) {
    notices.add(notice);
  }

  /** Applies the changes to the map and returns them as a step. */
  public Step commit() {
    List<Action> actions = new ArrayList<>(blobs);
    changes.forEach(
        (key, value) -> {
          byte[] before = durable.get(key);
          if (value.isPresent() && Arrays.equals(value.get(), before)) {
            return;
          }
          if (value.isPresent()) {
            durable.put(key, value.get());
            actions.add(new Action.Persist(key, Bytes.of(value.get())));
          } else if (before != null) {
            durable.remove(key);
            actions.add(new Action.Erase(key));
          }
        });
    actions.addAll(sends);
    return new Step(actions, notices);
  }
}

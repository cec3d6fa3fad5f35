package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Facts of the alliance, or of one member; at most one of each name. Immutable. */
public final class Facts {
  private static final int NAMES = FactName.values().length;
  private static final Facts NONE = new Facts(new Fact[NAMES], 0);

  /** By the name's ordinal; null where it is not stated. */
  private final @Nullable Fact[] slots;

  /** The names stated: bit by ordinal. */
  private final long names;

  private Facts(@Nullable Fact[] slots, long names) {
    this.slots = slots;
    this.names = names;
  }

  public static Facts none() {
    return NONE;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The statement, expired or not. */
  public Optional<Fact> get(FactName name) {
    return Optional.ofNullable(slots[name.ordinal()]);
  }

  /** The statement, expired or not, or null; for {@link CompiledCondition}. */
  @Nullable Fact orNull(FactName name) {
    return slots[name.ordinal()];
  }

  /** Whether all are such as may be stated by a member, or by the alliance. */
  boolean mayAllBeStated(boolean ofMember) {
    return (names & ~(ofMember ? FactName.OF_MEMBERS : FactName.OF_THE_ALLIANCE)) == 0;
  }

  private static long bit(FactName name) {
    return 1L << name.ordinal();
  }

  /** All of them, in the catalogue's order. */
  public Collection<Fact> all() {
    List<Fact> all = new ArrayList<>();
    for (Fact fact : slots) {
      if (fact != null) {
        all.add(fact);
      }
    }
    return Collections.unmodifiableList(all);
  }

  /** The same facts with one added or replaced. */
  public Facts with(Fact fact) {
    @Nullable Fact[] copy = slots.clone();
    copy[fact.name().ordinal()] = fact;
    return new Facts(copy, names | bit(fact.name()));
  }

  /** The same facts without one. */
  public Facts without(FactName name) {
    @Nullable Fact[] copy = slots.clone();
    copy[name.ordinal()] = null;
    return new Facts(copy, names & ~bit(name));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Facts that && Arrays.equals(slots, that.slots);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(slots);
  }

  @Override
  public String toString() {
    return all().toString();
  }

  /**
   * Collects facts from plain Java values. Every {@code put} throws {@link InvalidFactException}
   * where the value does not have the fact's type or spelling, or where the fact was put before.
   */
  public static final class Builder {
    private final @Nullable Fact[] slots = new Fact[NAMES];
    private long names;

    private Builder() {}

    public Builder put(FactName name, String text, FactSource source) {
      return put(name, text, source, null);
    }

    public Builder put(FactName name, String text, FactSource source, @Nullable Instant expires) {
      return add(new Fact(name, FactValues.text(name, text), source, expires));
    }

    public Builder put(FactName name, boolean flag, FactSource source) {
      return put(name, flag, source, null);
    }

    public Builder put(FactName name, boolean flag, FactSource source, @Nullable Instant expires) {
      return add(new Fact(name, FactValues.flag(name, flag), source, expires));
    }

    public Builder put(FactName name, double number, FactSource source) {
      return put(name, number, source, null);
    }

    public Builder put(FactName name, double number, FactSource source, @Nullable Instant expires) {
      return add(new Fact(name, FactValues.number(name, number), source, expires));
    }

    public Builder put(FactName name, Set<String> texts, FactSource source) {
      return put(name, texts, source, null);
    }

    public Builder put(
        FactName name, Set<String> texts, FactSource source, @Nullable Instant expires) {
      return add(new Fact(name, FactValues.set(name, texts), source, expires));
    }

    private Builder add(Fact fact) {
      int slot = fact.name().ordinal();
      if (slots[slot] != null) {
        throw new InvalidFactException(fact.name(), "stated twice: state it once");
      }
      slots[slot] = fact;
      names |= bit(fact.name());
      return this;
    }

    /** Takes a fact whose value was checked before. */
    Builder put(Fact fact) {
      return add(fact);
    }

    public Facts build() {
      return new Facts(slots.clone(), names);
    }
  }
}

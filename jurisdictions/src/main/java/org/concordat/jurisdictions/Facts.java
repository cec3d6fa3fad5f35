package org.concordat.jurisdictions;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Facts of the alliance, or of one member; at most one of each name. Immutable. */
public final class Facts {
  private static final Facts NONE = new Facts(new EnumMap<>(FactName.class));

  private final Map<FactName, Fact> facts;

  private Facts(Map<FactName, Fact> facts) {
    this.facts = facts;
  }

  public static Facts none() {
    return NONE;
  }

  public static Builder builder() {
    return new Builder();
  }

  /** The statement, expired or not. */
  public Optional<Fact> get(FactName name) {
    return Optional.ofNullable(facts.get(name));
  }

  /** All of them, in the catalogue's order. */
  public Collection<Fact> all() {
    return Collections.unmodifiableCollection(facts.values());
  }

  /** The same facts with one added or replaced. */
  public Facts with(Fact fact) {
    Map<FactName, Fact> copy = new EnumMap<>(facts);
    copy.put(fact.name(), fact);
    return new Facts(copy);
  }

  /** The same facts without one. */
  public Facts without(FactName name) {
    Map<FactName, Fact> copy = new EnumMap<>(facts);
    copy.remove(name);
    return new Facts(copy);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Facts that && facts.equals(that.facts);
  }

  @Override
  public int hashCode() {
    return facts.hashCode();
  }

  @Override
  public String toString() {
    return facts.values().toString();
  }

  /**
   * Collects facts from plain Java values. Every {@code put} throws {@link InvalidFactException}
   * where the value does not have the fact's type or spelling, or where the fact was put before.
   */
  public static final class Builder {
    private final Map<FactName, Fact> facts = new EnumMap<>(FactName.class);

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
      if (facts.putIfAbsent(fact.name(), fact) != null) {
        throw new InvalidFactException(fact.name(), "stated twice: state it once");
      }
      return this;
    }

    /** Takes a fact whose value was checked before. */
    Builder put(Fact fact) {
      return add(fact);
    }

    public Facts build() {
      return new Facts(new EnumMap<>(facts));
    }
  }
}

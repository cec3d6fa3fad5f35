package org.concordat.secureagg;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Every record that differs from a given one in one place: numbers by one, the first and the last
 * bit of digests and byte strings, one byte less, another constant, a list without an element, with
 * one changed or two exchanged; nested records in turn. What the record's own checks refuse cannot
 * be encoded and is left out.
 */
public final class Mutations {
  private Mutations() {}

  public static List<Object> of(Object value) {
    List<Object> all = new ArrayList<>();
    if (value instanceof Long number) {
      all.addAll(List.of(number + 1, number - 1));
    } else if (value instanceof Integer number) {
      all.addAll(List.of(number + 1, number - 1));
    } else if (value instanceof String text) {
      all.add(text + "x");
    } else if (value instanceof Digest digest) {
      all.add(flip(digest, 0));
      all.add(flip(digest, 31));
    } else if (value instanceof Bytes bytes) {
      bytes(bytes, all);
    } else if (value instanceof Enum<?> constant) {
      all.addAll(Arrays.asList(constant.getDeclaringClass().getEnumConstants()));
      all.remove(constant);
    } else if (value instanceof List<?> list) {
      list(list, all);
    } else if (value instanceof java.util.Map<?, ?> map && map.isEmpty()) {
      return all;
    } else if (value instanceof Record record) {
      record(record, all, Mutations::of);
    } else {
      throw new IllegalArgumentException("cannot mutate a " + value.getClass());
    }
    return all;
  }

  /** One for each field, and lists without their first element and with two exchanged. */
  public static List<Object> oneForEachField(Object value) {
    List<Object> few = new ArrayList<>();
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        for (Object changed : oneForEachField(list.get(i))) {
          List<Object> other = new ArrayList<>(list);
          other.set(i, changed);
          few.add(other);
        }
      }
      if (list.size() > 0) {
        few.add(List.copyOf(list.subList(1, list.size())));
      }
      if (list.size() > 1) {
        List<Object> exchanged = new ArrayList<>(list);
        java.util.Collections.swap(exchanged, 0, 1);
        few.add(exchanged);
      }
    } else if (value instanceof Record record && !(value instanceof Digest)) {
      record(record, few, Mutations::oneForEachField);
    } else {
      of(value).stream().limit(1).forEach(few::add);
    }
    return few;
  }

  private static Digest flip(Digest digest, int at) {
    byte[] bytes = digest.bytes();
    bytes[at] ^= 1;
    return new Digest(bytes);
  }

  private static void bytes(Bytes bytes, List<Object> all) {
    if (bytes.size() > 0) {
      all.add(Liar.flip(bytes, 0));
      all.add(Liar.flip(bytes, bytes.size() / 2));
      all.add(Liar.flip(bytes, bytes.size() - 1));
      all.add(Bytes.of(bytes.slice(0, bytes.size() - 1)));
    }
  }

  private static void list(List<?> list, List<Object> all) {
    for (int i = 0; i < list.size(); i++) {
      List<Object> shorter = new ArrayList<>(list);
      shorter.remove(i);
      all.add(shorter);
      for (Object changed : of(list.get(i))) {
        List<Object> other = new ArrayList<>(list);
        other.set(i, changed);
        all.add(other);
      }
    }
    if (list.size() > 1) {
      List<Object> exchanged = new ArrayList<>(list);
      exchanged.set(0, list.get(1));
      exchanged.set(1, list.get(0));
      all.add(exchanged);
    }
  }

  private static void record(
      Record record, List<Object> all, Function<Object, List<Object>> mutations) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    for (int i = 0; i < components.length; i++) {
      for (Object changed : mutations.apply(get(record, components[i]))) {
        Object made = with(record, components, i, changed);
        if (made != null && !made.equals(record)) {
          all.add(made);
        }
      }
    }
  }

  static Object get(Record record, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Object with(
      Record record, RecordComponent[] components, int changed, Object value) {
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == changed ? value : get(record, components[i]);
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var constructor = record.getClass().getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException) {
        return null;
      }
      throw new AssertionError(refused);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}

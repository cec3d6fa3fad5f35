package org.concordat.certs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object; every problem is a {@link MalformedDocumentException} that
 * names the field, and {@link #done} refuses fields that nobody asked for.
 */
final class Fields {
  static final String TYPE = "type";

  private final String document;
  private final String path;
  private final ObjectNode node;
  private final Set<String> seen = new HashSet<>();

  Fields(String document, String path, ObjectNode node) {
    this.document = document;
    this.path = path;
    this.node = node;
  }

  void requireType() {
    String type = text(TYPE);
    if (!type.equals(document)) {
      throw new MalformedDocumentException(
          document, "the file says it is a " + Quoted.text(type) + "; give the right file");
    }
  }

  boolean has(String name) {
    return node.has(name);
  }

  String text(String name) {
    JsonNode value = required(name);
    if (!value.isTextual()) {
      throw problem(name, "must be text");
    }
    return value.textValue();
  }

  <T> T value(String name, Function<String, T> make) {
    return convert(name, text(name), make);
  }

  <T> @Nullable T optional(String name, Function<String, T> make) {
    return has(name) ? value(name, make) : null;
  }

  int integer(String name) {
    JsonNode value = required(name);
    if (!value.isInt()) {
      throw problem(name, "must be a whole number");
    }
    return value.intValue();
  }

  byte[] base64(String name) {
    return value(name, Base64.getDecoder()::decode);
  }

  <T> List<T> texts(String name, int maxSize, Function<String, T> make) {
    List<T> values = new ArrayList<>();
    for (JsonNode item : array(name, maxSize)) {
      if (!item.isTextual()) {
        throw problem(name, "must be a list of texts");
      }
      values.add(convert(name, item.textValue(), make));
    }
    return values;
  }

  <T> List<T> objects(String name, int maxSize, Function<Fields, T> make) {
    List<T> values = new ArrayList<>();
    for (JsonNode item : array(name, maxSize)) {
      String itemName = name + "[" + values.size() + "]";
      values.add(child(itemName, item).read(make));
    }
    return values;
  }

  Fields child(String name) {
    return child(name, required(name));
  }

  /** Every field of this object, in the document's order. */
  <T> Map<String, T> all(int maxSize, Function<String, T> make) {
    if (node.size() > maxSize) {
      throw problem("*", "more than " + maxSize + " fields");
    }
    Map<String, T> values = new LinkedHashMap<>();
    node.fieldNames().forEachRemaining(name -> values.put(name, value(name, make)));
    return values;
  }

  /** Applies {@code make}, names a refused value, and requires that nothing was left unread. */
  <T> T read(Function<Fields, T> make) {
    T made;
    try {
      made = make.apply(this);
    } catch (IllegalArgumentException e) {
      throw new MalformedDocumentException(document, at("") + e.getMessage());
    }
    done();
    return made;
  }

  void done() {
    node.fieldNames()
        .forEachRemaining(
            name -> {
              if (!seen.contains(name)) {
                throw problem(Quoted.text(name), "unknown field; written by a newer version?");
              }
            });
  }

  private <T> T convert(String name, String text, Function<String, T> make) {
    try {
      return make.apply(text);
    } catch (IllegalArgumentException | java.time.DateTimeException e) {
      throw problem(name, String.valueOf(e.getMessage()));
    }
  }

  private ArrayNode array(String name, int maxSize) {
    if (!(required(name) instanceof ArrayNode array)) {
      throw problem(name, "must be a list");
    }
    if (array.size() > maxSize) {
      throw problem(name, "more than " + maxSize + " items");
    }
    return array;
  }

  private Fields child(String name, JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      throw problem(name, "must be an object");
    }
    return new Fields(document, path + name + ".", object);
  }

  private JsonNode required(String name) {
    seen.add(name);
    JsonNode value = node.get(name);
    if (value == null) {
      throw problem(name, "is missing");
    }
    return value;
  }

  private String at(String name) {
    return (path + name).isEmpty() ? "" : path + name + ": ";
  }

  private MalformedDocumentException problem(String name, String problem) {
    return new MalformedDocumentException(document, at(name) + problem);
  }
}

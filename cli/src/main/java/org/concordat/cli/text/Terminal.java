package org.concordat.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;

/**
 * Where a command's results go: text for people, or one JSON value a line for programs. Notes go to
 * stderr.
 */
public final class Terminal {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final PrintWriter out;
  private final PrintWriter err;
  private final OutputFormat format;

  public Terminal(PrintWriter out, PrintWriter err, OutputFormat format) {
    this.out = out;
    this.err = err;
    this.format = format;
  }

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  public boolean json() {
    return format == OutputFormat.json;
  }

  /** One line of text; nothing where JSON is asked for. */
  public void line(String text) {
    if (!json()) {
      out.println(text);
      out.flush();
    }
  }

  /** One JSON value on a line; nothing where text is asked for. */
  public void value(JsonNode value) {
    if (json()) {
      out.println(compact(value));
      out.flush();
    }
  }

  /** Something on the way that is no result: stderr, whatever the format. */
  public void note(String text) {
    err.println(text);
    err.flush();
  }

  /** Whether somebody looks at it: only then a progress bar makes sense. */
  public boolean interactive() {
    return !json() && System.console() != null && System.getenv("TERM") != null;
  }

  private static String compact(JsonNode value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of plain values cannot be written", impossible);
    }
  }
}

package org.concordat.cli.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.PrintWriter;
import java.io.SyncFailedException;

/**
 * Where a command's results go: text for people, or one JSON value a line for programs. Notes go to
 * stderr.
 */
public final class Terminal {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final PrintWriter out;
  private final PrintWriter err;
  private final OutputFormat format;
  private String status = "";

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

  /**
   * One line of text; nothing where JSON is asked for. What others wrote may be in it, see {@link
   * Printable}.
   */
  public synchronized void line(String text) {
    if (!json()) {
      clear();
      out.println(Printable.block(text));
      redraw();
    }
  }

  /** Lines that this program has made, as they are, such as a script. */
  public synchronized void script(String lines) {
    if (!json()) {
      out.println(lines);
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

  /**
   * One JSON value on a line each, whatever the format.
   *
   * @return whether all of it, and all before, was taken; where stdout is a file it is durable then
   */
  public synchronized boolean handOver(Iterable<? extends JsonNode> values) {
    for (JsonNode value : values) {
      out.println(compact(value));
    }
    if (out.checkError()) { // flushes
      return false;
    }
    try {
      FileDescriptor.out.sync();
    } catch (SyncFailedException noFile) {
      // a pipe or a terminal has it
    }
    return true;
  }

  /** Something on the way that is no result: stderr, whatever the format. */
  public synchronized void note(String text) {
    clear();
    err.println(json() ? compact(object().put("note", text)) : Printable.block(text));
    err.flush();
    redraw();
  }

  /** Shows a line that the next one is drawn over; call it on an interactive terminal only. */
  synchronized void status(String text) {
    int width = columns();
    String shown = Printable.of(text);
    String fitting = shown.length() < width ? shown : shown.substring(0, width - 1);
    if (!fitting.equals(status)) {
      clear();
      status = fitting;
      redraw();
    }
  }

  /** The line shown stays, and what comes next is printed below it. */
  synchronized void keepStatus() {
    if (!status.isEmpty()) {
      out.println();
      out.flush();
      status = "";
    }
  }

  private void clear() {
    if (!status.isEmpty()) {
      out.print("\r" + " ".repeat(status.length()) + "\r");
      out.flush();
    }
  }

  private void redraw() {
    out.print(status);
    out.flush();
  }

  /** How wide a line may be to stay one. */
  public int columns() {
    return Columns.now();
  }

  /** Cuts a text that is too long for its place, so that one sees that it was cut. */
  public static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, Math.max(0, most - 1)) + "…";
  }

  /** Whether somebody looks at it: only then a progress bar makes sense. */
  public boolean interactive() {
    String term = System.getenv("TERM");
    return !json() && term != null && !term.equals("dumb") && consoleIsTerminal();
  }

  /** From Java 22 on there is a console in a pipe too, which then says that it is no terminal. */
  private static boolean consoleIsTerminal() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException beforeJava22) {
      return true;
    } catch (ReflectiveOperationException unknown) {
      return false;
    }
  }

  /** On one line, and of the same value: only characters inside of strings are escaped. */
  static String compact(JsonNode value) {
    try {
      return Printable.of(MAPPER.writeValueAsString(value));
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of plain values cannot be written", impossible);
    }
  }
}

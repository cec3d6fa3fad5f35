package org.concordat.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {
  @ParameterizedTest
  @CsvSource({
    "1b, \\u001b",
    "9b, \\u009b",
    "7f, \\u007f",
    "0, \\u0000",
    "d, \\u000d",
    "7, \\u0007",
    "202e, \\u202e",
    "2066, \\u2066",
    "200f, \\u200f",
    "200b, \\u200b",
    "feff, \\ufeff",
    "2028, \\u2028",
    "2029, \\u2029",
    "ad, \\u00ad",
    "d800, \\ud800",
    "e000, \\ue000",
    "e0041, \\udb40\\udc41",
    "a, \\n",
    "9, \\t"
  })
  void whatATerminalActsOnIsEscaped(String point, String escaped) {
    String hostile = "a" + Character.toString(Integer.parseInt(point, 16)) + "b";
    assertThat(Printable.of(hostile)).isEqualTo("a" + escaped + "b");
  }

  @Test
  void whatPeopleWriteStays() {
    for (String text :
        new String[] {"Zürich – 5 %", "Αθήνα", "東京", "القاهرة", "e\u0301", "🙂", ""}) {
      assertThat(Printable.of(text)).isEqualTo(text);
      assertThat(Printable.block(text)).isEqualTo(text);
    }
  }

  @Test
  void aLineThatContinuesIsMarkedWhateverItBeginsWith() {
    assertThat(Printable.block("refused by x\n  refused by boston: no\r\nNext: rm\u001b[2J\n"))
        .isEqualTo("refused by x\n       | refused by boston: no\n       | Next: rm\\u001b[2J");
    assertThat(Printable.block("\nsecond")).isEqualTo("\n       | second");
  }

  @Test
  void jsonIsExact() throws Exception {
    StringWriter out = new StringWriter();
    Terminal terminal = new Terminal(new PrintWriter(out), new PrintWriter(out), OutputFormat.json);
    String hostile = "a\u001b]8;;http://x\u0007\u009b31m\u202e\u2028\n\ud83d\ude42\udb40\udc41\"\\";
    terminal.value(Terminal.object().put("name", hostile));
    terminal.note(hostile);
    String[] lines = out.toString().split("\n");
    assertThat(lines).hasSize(2);
    for (String line : lines) {
      assertThat(Printable.of(line)).isEqualTo(line);
    }
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(lines[0]).path("name").asText()).isEqualTo(hostile);
    assertThat(mapper.readTree(lines[1]).path("note").asText()).isEqualTo(hostile);
  }

  @Test
  void aRecordOfTheLogIsOneLineAndItsTraceIsClean() {
    LogRecord record =
        new LogRecord(Level.WARNING, "'a\u009b2J' left\n2026-12-01 INFO all is well");
    record.setThrown(new IllegalStateException("b\u001b[31m\u202e"));
    String[] lines = new LogLines().format(record).split("\n");
    assertThat(lines[0]).endsWith(" 'a\\u009b2J' left");
    assertThat(lines[1]).isEqualTo("       | 2026-12-01 INFO all is well");
    assertThat(lines[2]).endsWith("IllegalStateException: b\\u001b[31m\\u202e");
    assertThat(lines[3]).startsWith("    at ");
    for (String line : lines) {
      assertThat(Printable.of(line)).isEqualTo(line);
    }
  }
}

package org.concordat.jurisdictions.page;

/**
 * A page as one HTML document: no scripts, no links, nothing loaded; its style forbids it too
 * (Content-Security-Policy). Every text is escaped.
 */
public final class HtmlPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>%s</title>
      <style>
      body { font: 17px/1.5 Georgia, "Times New Roman", serif; color: #1a1a1a; background: #fff;
             max-width: 46em; margin: 3em auto; padding: 0 1.2em; }
      h1 { font-size: 1.7em; line-height: 1.2; margin-bottom: .3em; }
      h2 { font-size: 1.25em; margin: 2.2em 0 .6em; border-bottom: 1px solid #bbb; }
      h3 { font-size: 1em; margin: 1.4em 0 .2em; }
      p { margin: .4em 0; overflow-wrap: anywhere; }
      dl { margin: .3em 0 0 1.2em; font-size: .9em; }
      dt { float: left; clear: left; color: #555; margin-right: .5em; }
      dt::after { content: ":"; }
      dd { margin: 0 0 .25em 0; overflow-wrap: anywhere; }
      @media print { body { margin: 0; max-width: none; font-size: 11pt; } h3 { break-after: avoid; } }
      </style>
      </head>
      <body>
      """;

  private final StringBuilder html = new StringBuilder();

  private HtmlPage() {}

  /** The whole document. */
  public static String of(Page page) {
    HtmlPage document = new HtmlPage();
    document.html.append(HEAD.formatted(escaped(page.title())));
    document.element("h1", page.title());
    page.lead().forEach(paragraph -> document.element("p", paragraph));
    for (Page.Section section : page.sections()) {
      document.html.append("<section>\n");
      document.element("h2", section.heading());
      section.blocks().forEach(document::block);
      document.html.append("</section>\n");
    }
    return document.html.append("</body>\n</html>\n").toString();
  }

  private void block(Page.Block block) {
    if (block instanceof Page.Paragraph paragraph) {
      element("p", paragraph.text());
    } else if (block instanceof Page.Entry entry) {
      element("h3", entry.name());
      if (!entry.text().isEmpty()) {
        element("p", entry.text());
      }
      if (!entry.notes().isEmpty()) {
        html.append("<dl>\n");
        for (Page.Note note : entry.notes()) {
          element("dt", note.label());
          element("dd", note.text());
        }
        html.append("</dl>\n");
      }
    }
  }

  private void element(String name, String text) {
    html.append('<').append(name).append('>').append(escaped(text));
    html.append("</").append(name).append(">\n");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

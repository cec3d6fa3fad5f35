package org.concordat.cli.text;

/** What {@code --output} takes. */
public enum OutputFormat {
  text,
  json
}

"""Reading: from a text, an article or a registry record to the claims that it prints."""

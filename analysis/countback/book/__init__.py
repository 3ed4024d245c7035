"""The book: directives, builders, pages and the forms of the article."""

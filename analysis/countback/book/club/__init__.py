"""What a journal club uses: the explorer, exercises, slides, handout."""

"""Make a lexicon from the files that its sources publish."""

"""What words mean: the lexicon, its files, and the grounding and inference of words."""

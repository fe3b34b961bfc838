"""Raw reads and alignments -> small variants, coverage and quality of a sample."""

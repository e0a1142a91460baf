"""The measurement engine: what a set of responses says about items, papers and people."""

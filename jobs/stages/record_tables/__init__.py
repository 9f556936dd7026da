"""Record tables of any origin: read, matched, and what was found written beside a page on it."""

"""What pages share: cached reads, charts, maps, words, the frame."""

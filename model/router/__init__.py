"""The task router's model: words, labels, network, decoding and files."""

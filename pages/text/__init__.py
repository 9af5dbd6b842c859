"""The words of pages: numbers, days, labels and settings as readers see them."""

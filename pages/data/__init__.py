"""What pages read: the published build within the reader's scope, and what is worked out from it for display."""

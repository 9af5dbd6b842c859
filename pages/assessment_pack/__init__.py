"""The assessment pack, and the queue of exports that take long."""

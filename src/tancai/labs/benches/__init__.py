"""What the benches of the workshop compute: values of a piece of work into the input of an engine, and back. Pure."""

"""Tables of the room, one file a part."""

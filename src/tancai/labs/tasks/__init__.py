"""Laboratory tasks: pure Python over the engines. ``registry`` finds them, ``protocol`` says what one is."""

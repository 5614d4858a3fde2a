"""Days become events, events a history, behaviour a portrait."""

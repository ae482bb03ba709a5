//! What a plugin author sees: the Domain trait, canvases, goals, registration.

//! Plugins that misbehave, seen from the command line.

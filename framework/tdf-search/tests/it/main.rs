//! Tests over the public interface.

//! Groups of processes on this machine, with Gloo.

mod groups;

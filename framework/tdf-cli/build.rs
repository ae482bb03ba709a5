//! Lets the binary find libtorch at run time without environment variables.

fn main() {
    println!("cargo:rerun-if-env-changed=LIBTORCH");
    // Beside the binary, where `cargo xtask setup` puts it: holds when the checkout is moved.
    println!("cargo:rustc-link-arg-bins=-Wl,-rpath,$ORIGIN/../libtorch/lib");
}

//! Lets the binary find libtorch at run time without environment variables.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // Beside the binary first, so that the target folder can be moved as a whole.
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN/../libtorch/lib");
    if let Ok(lib) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{lib}");
    }
}

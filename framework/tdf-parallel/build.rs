//! Compiles the C++ side of the feature `parallel`, and writes the folder of libtorch into the tests and examples of this
//! crate, so that they run anywhere.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/c10d");
    println!("cargo::rerun-if-env-changed=DEP_TCH_LIBTORCH_LIB");
    if let Ok(folder) = std::env::var("DEP_TCH_LIBTORCH_LIB") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
    }
    #[cfg(feature = "parallel")]
    shim::compile();
}

#[cfg(feature = "parallel")]
mod shim {
    use std::env;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    /// What ProcessGroupGloo.hpp includes of Gloo; all of it stands in src/c10d/gloo.h.
    const GLOO: [&str; 5] = [
        "algorithm.h",
        "common/error.h",
        "context.h",
        "rendezvous/store.h",
        "transport/device.h",
    ];

    pub(super) fn compile() {
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR"));
        let gloo = here.join("src/c10d/gloo.h");
        for name in GLOO {
            let path = out.join("include/gloo").join(name);
            let folder = path.parent().expect("it lies in a folder");
            std::fs::create_dir_all(folder).expect("OUT_DIR can be written");
            std::fs::write(&path, format!("#include \"{}\"\n", gloo.display())).expect("OUT_DIR can be written");
        }
        let mut build = cc::Build::new();
        build.cpp(true).std("c++17").warnings(false).opt_level(1);
        build.define("_GLIBCXX_USE_CXX11_ABI", abi().as_str());
        build.include(out.join("include")).includes(libtorch());
        build.file("src/c10d/shim.cpp").compile("tdf_c10d");
        for library in ["torch_cpu", "c10"] {
            println!("cargo::rustc-link-lib={library}");
        }
    }

    /// The folders of headers of the libtorch that torch-sys found, by the same variables.
    fn libtorch() -> Vec<PathBuf> {
        for name in ["LIBTORCH_INCLUDE", "LIBTORCH_CXX11_ABI", "LIBTORCH_USE_PYTORCH"] {
            println!("cargo::rerun-if-env-changed={name}");
        }
        let lib = env::var("DEP_TCH_LIBTORCH_LIB").expect("torch-sys says where the libraries of libtorch are");
        println!("cargo::rustc-link-search=native={lib}");
        let root = match env::var_os("LIBTORCH_INCLUDE") {
            Some(root) if env::var_os("LIBTORCH_USE_PYTORCH").is_none() => PathBuf::from(root),
            _ => Path::new(&lib).parent().expect("they lie in a folder").to_owned(),
        };
        let include = root.join("include");
        vec![include.clone(), include.join("torch/csrc/api/include")]
    }

    /// The ABI of C++ strings that libtorch is compiled for, as torch-sys finds it.
    fn abi() -> String {
        if env::var_os("LIBTORCH_USE_PYTORCH").is_none() {
            return env::var("LIBTORCH_CXX11_ABI").unwrap_or_else(|_| "1".to_owned());
        }
        let script = "import torch; print(int(torch._C._GLIBCXX_USE_CXX11_ABI))";
        let python = if env::var_os("VIRTUAL_ENV").is_some() {
            "python"
        } else {
            "python3"
        };
        let output = Command::new(python)
            .args(["-c", script])
            .output()
            .expect("LIBTORCH_USE_PYTORCH is set, and Python runs");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}
